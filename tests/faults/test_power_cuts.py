"""What was acknowledged is still there after the power was cut, at any moment."""

import os
import random
import shutil
import sys
from pathlib import Path

import pytest

from lib.domain.run import RunState
from lib.images.errors import OriginalDamaged, OriginalMissing
from lib.images.originals import FolderOriginals
from lib.store.database import sqlite_build
from tests.faults.power_cut import Call, Disk, record

ROOT = Path(__file__).parents[2]
CUTS = int(os.environ.get("FAULT_CUTS", "150"))
SEED = int(os.environ.get("FAULT_SEED", "20261123"))
ORDER = [RunState.QUEUED, RunState.SENDING, RunState.ACCEPTED, RunState.STORED]
GUARD_IS_OFF = os.environ.get("GUARD_OFF") == "fsync"

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="strace is not installed: no power cut was tried (apt-get install strace)",
)


def recorded(tmp_path: Path, mode: str) -> tuple[Path, list[Call]]:
    folder = tmp_path / "data"
    folder.mkdir()
    workload = ["tests.faults.power_workload", str(folder), mode]
    return folder, record(workload, tmp_path / "trace", ROOT)


def cut_often(folder: Path, done: list[Call], tmp_path: Path) -> list[str]:
    """Cut the power CUTS times; what was acknowledged and is lost, by the number of the cut."""
    chance, lost = random.Random(SEED), []
    first = next(at for at, call in enumerate(done) if call.kind == "ack")
    for number in range(CUTS):
        disk, left = Disk(folder), tmp_path / f"cut-{number}"
        left.mkdir()
        until = chance.randrange(first, len(done) + 1)
        disk.replay(done[:until])
        disk.lose_power(chance, left)
        lost += [f"cut {number} (after {until} calls): {line}" for line in losses(disk, left)]
        shutil.rmtree(left)
    return lost


def losses(disk: Disk, left: Path) -> list[str]:
    acknowledged = [line.decode().removeprefix("ack ") for line in disk.acknowledged]
    pictures = [line.split()[1] for line in acknowledged if line.startswith("picture")]
    states = dict(line.split() for line in acknowledged if line.startswith("run-"))
    return lost_runs(states, left / "plantain.db") + lost_pictures(pictures, left / "pictures")


def lost_runs(states: dict[str, str], path: Path) -> list[str]:
    sqlite = sqlite_build()
    if not path.exists():
        return ["the database"]
    database = sqlite.connect(path)
    try:
        check = database.execute("PRAGMA integrity_check").fetchone()[0]
        found = dict(database.execute("SELECT id, state FROM run"))
    except sqlite.DatabaseError as error:
        return [f"the database: {error}"]
    finally:
        database.close()
    lost = [] if check == "ok" else [f"the database: {check}"]
    for run_id, state in states.items():
        if run_id not in found or ORDER.index(found[run_id]) < ORDER.index(state):
            lost.append(f"{run_id} was {state} and is {found.get(run_id)}")
    return lost


def lost_pictures(pictures: list[str], folder: Path) -> list[str]:
    lost = []
    for sha256 in pictures:
        try:
            FolderOriginals(folder).verify(sha256)
        except (OriginalMissing, OriginalDamaged) as error:
            lost.append(str(error))
    return lost


@pytest.mark.timeout(300 + CUTS)
def test_no_power_cut_takes_a_run_or_a_picture_that_was_acknowledged(tmp_path: Path):
    folder, done = recorded(tmp_path, "unsynced" if GUARD_IS_OFF else "full")

    assert sum(call.kind == "ack" for call in done) >= 200
    assert cut_often(folder, done, tmp_path) == []


@pytest.mark.timeout(300 + CUTS)
@pytest.mark.parametrize(("mode", "what"), [("normal", "run-"), ("unsynced", "picture")])
def test_a_less_durable_setting_would_lose_what_was_acknowledged(
    tmp_path: Path, mode: str, what: str
):
    lost = cut_often(*recorded(tmp_path, mode), tmp_path)

    sys.stdout.write(
        f"\n{mode}: {len({line.split(':')[0] for line in lost})} of {CUTS} cuts lost something\n"
    )
    assert any(what in line for line in lost)

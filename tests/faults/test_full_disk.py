"""A disk that other programs fill to the last byte takes nothing that was paid for."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.sandbox import child
from tests.faults.full_disk import BALLAST, RUNS
from tests.faults.small_disk import MISSING, namespace, on_a_small_disk

ROOT = Path(__file__).parents[2]
DISK_MB = 40
LONGEST_S = 280

pytestmark = pytest.mark.skipif(namespace() is None, reason=MISSING)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=1.0)
    yield sandbox.base_url
    sandbox.stop()


def live(tmp_path: Path, api: str, scenario: str) -> tuple[dict[str, Any], str]:
    """What a Plantain saw whose disk was filled, and what it said on standard error."""
    folder = tmp_path / "data"
    folder.mkdir()
    program = [sys.executable, "-m", "tests.faults.full_disk", scenario, str(folder), api]
    done = subprocess.run(
        on_a_small_disk(folder, DISK_MB, program),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def charges(api: str, run_ids: list[str]) -> list[int]:
    """How often each run was charged."""
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()["charges"]
    return [sum(charge["client_ref"] == run_id for charge in ledger) for run_id in run_ids]


def test_an_acceptance_on_a_full_disk_is_noted_in_the_room_of_the_ballast(tmp_path: Path, api: str):
    seen, said = live(tmp_path, api, "acceptance")

    assert seen["noted"]
    assert seen["states"] == ["queued", "sending", "accepted"], "there was no doubt in between"
    assert seen["ballast_missing"] == BALLAST
    assert "Make room" in seen["why_not"]
    assert (seen["ends"], seen["fences"]) == (["stored"], [1])
    assert seen["ballast_restored"]
    assert seen["fit"]
    assert charges(api, seen["run_ids"]) == [1]
    assert "room that was kept for this is given back" in said


def test_pictures_on_a_full_disk_come_when_there_is_room_again(tmp_path: Path, api: str):
    seen, said = live(tmp_path, api, "pictures")

    assert seen["at_the_api"]
    assert seen["held_up"]
    assert seen["read"] == RUNS
    assert seen["ends"] == ["stored"] * RUNS
    assert seen["fences"] == [1] * RUNS
    assert seen["ballast_restored"]
    assert seen["fit"]
    assert charges(api, seen["run_ids"]) == [1] * RUNS
    assert "Traceback" not in said, said[-3000:]

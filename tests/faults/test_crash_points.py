"""A run is killed at every point of its life, and again while it recovers: never lost or paid twice."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lib.domain.run import Run, RunState
from lib.images.originals import FolderOriginals
from lib.sandbox import child as sandbox
from lib.store.database import open_database
from lib.store.records import Records

ROOT = Path(__file__).parents[2]
KILLED = -9
PREPARE = -1
STRIDE = 7
"""The second deaths are spread by it over all points of the recovery."""
LIVES_AT_A_TIME = 4


class Lives:
    """Starts one life of the engine after another, in processes forked from one that is ready."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.life"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def live(self, folder: Path, *, kill_at: int = 0) -> tuple[int, int, int]:
        """How the life ended; when it was not killed, its points and its first step in ms."""
        self._process.stdin.write(f"{folder} {self.base_url} {kill_at}\n")
        self._process.stdin.flush()
        ended, passed, first_step_ms = self._process.stdout.readline().split()
        return int(ended), int(passed), int(first_step_ms)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    api = sandbox.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.05)
    yield api.base_url
    api.stop()


def charges(base_url: str, run_id: str) -> list[int]:
    ledger = httpx.get(f"{base_url}/sandbox/ledger", trust_env=False).json()
    return [x["amount_micros"] for x in ledger["charges"] if x["client_ref"] == run_id]


def the_run(folder: Path, origin: str) -> Run:
    database = open_database(folder / "plantain.db")
    (run,) = Records(database).recent(origin=origin, limit=5)
    database.dispose()
    return run


@dataclass
class Deaths:
    """What came of a run that died at many points."""

    once: int
    twice: int
    first_steps_ms: list[int]
    wrong: list[str]


@pytest.fixture(scope="module")
def prepared(api_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a start leaves it, before the first run."""
    folder, lives = tmp_path_factory.mktemp("prepared") / "data", Lives(api_url)
    assert lives.live(folder, kill_at=PREPARE)[0] == 0
    lives.close()
    return folder


def die_at_every(nth: int, first: int, prepared: Path, folder: Path, api_url: str) -> Deaths:
    """Kill a run at points `first`, `first + nth`, …: once, and in another folder twice."""
    lives, deaths = Lives(api_url), Deaths(0, 0, [], [])
    shutil.copytree(prepared, folder / f"whole-{first}")
    _, points, _ = lives.live(folder / f"whole-{first}")
    for kill_at in range(first, points + 1, nth):
        second = 1 + (STRIDE * kill_at) % max(1, points - kill_at)
        for kills in ((kill_at,), (kill_at, second)):
            place = folder / "-".join(map(str, kills))
            shutil.copytree(prepared, place)
            died = [lives.live(place, kill_at=at)[0] == KILLED for at in kills]
            deaths.once += died == [True]
            deaths.twice += died == [True, True]
            ended, _, first_step_ms = lives.live(place)
            deaths.first_steps_ms.append(first_step_ms)
            deaths.wrong += what_is_wrong(kills, ended, place, api_url)
            shutil.rmtree(place)
    lives.close()
    return deaths


def what_is_wrong(kills: tuple[int, ...], ended: int, place: Path, api_url: str) -> list[str]:
    run = the_run(place, urlsplit(api_url).netloc)
    paid = charges(api_url, run.id)
    for picture in run.pictures:
        FolderOriginals(place / "pictures").verify(picture.sha256)
    if (ended, run.state, len(paid), sum(paid)) == (0, RunState.STORED, 1, run.cost_micros):
        return []
    return [f"killed at {kills}: ended {ended}, {run.state}, paid {paid}, cost {run.cost_micros}"]


@pytest.mark.timeout(900)
def test_killed_at_every_point_and_again_while_it_recovers_a_run_is_stored_and_paid_once(
    api_url: str, prepared: Path, tmp_path: Path
):
    with ThreadPoolExecutor(LIVES_AT_A_TIME) as pool:
        results = list(
            pool.map(
                lambda first: die_at_every(LIVES_AT_A_TIME, first, prepared, tmp_path, api_url),
                range(1, LIVES_AT_A_TIME + 1),
            )
        )

    once, twice = sum(deaths.once for deaths in results), sum(deaths.twice for deaths in results)
    steps_ms = sorted(ms for deaths in results for ms in deaths.first_steps_ms)
    nearly_all_within_ms = steps_ms[len(steps_ms) * 95 // 100]
    sys.stdout.write(
        f"\n{once} deaths at one point, {twice} at two; first step after {nearly_all_within_ms} ms (95 %), {steps_ms[-1]} ms at most\n"
    )
    assert [line for deaths in results for line in deaths.wrong] == []
    assert once > 40
    assert twice > 30

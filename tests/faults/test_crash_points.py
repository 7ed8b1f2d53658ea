"""A run is killed at every point of its life and started again: never lost, never paid twice."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
LIVES_AT_A_TIME = 4
MORE_POINTS_THAN_ANY_LIFE = 400


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

    def live(self, folder: Path, *, kill_at: int = 0) -> tuple[int, int]:
        """How the life ended, and the points it passed when it was not killed."""
        self._process.stdin.write(f"{folder} {self.base_url} {kill_at}\n")
        self._process.stdin.flush()
        ended, passed = self._process.stdout.readline().split()
        return int(ended), int(passed)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    api = sandbox.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.05)
    yield api.base_url
    api.stop()


def charges(base_url: str, run_id: str) -> int:
    ledger = httpx.get(f"{base_url}/sandbox/ledger", trust_env=False).json()
    return sum(charge["client_ref"] == run_id for charge in ledger["charges"])


def the_run(folder: Path, origin: str) -> Run:
    database = open_database(folder / "plantain.db")
    (run,) = Records(database).recent(origin=origin, limit=5)
    database.dispose()
    return run


def die_at_every(nth: int, first: int, folder: Path, api_url: str) -> tuple[int, list[str]]:
    """Kill a run at points `first`, `first + nth`, …; the number of deaths, and what went wrong."""
    lives, deaths, wrong = Lives(api_url), 0, list[str]()
    for kill_at in range(first, MORE_POINTS_THAN_ANY_LIFE, nth):
        place = folder / str(kill_at)
        if lives.live(place, kill_at=kill_at)[0] != KILLED:
            break
        deaths += 1
        ended, _ = lives.live(place)
        run = the_run(place, urlsplit(api_url).netloc)
        paid = charges(api_url, run.id)
        if (ended, run.state, paid) != (0, RunState.STORED, 1):
            wrong.append(f"point {kill_at}: ended {ended}, {run.state}, paid {paid} times")
        for picture in run.pictures:
            FolderOriginals(place / "pictures").verify(picture.sha256)
    lives.close()
    return deaths, wrong


def test_killed_at_every_point_and_started_again_a_run_is_stored_and_paid_once(
    api_url: str, tmp_path: Path
):
    with ThreadPoolExecutor(LIVES_AT_A_TIME) as pool:
        results = list(
            pool.map(
                lambda first: die_at_every(LIVES_AT_A_TIME, first, tmp_path, api_url),
                range(1, LIVES_AT_A_TIME + 1),
            )
        )

    assert [line for _, wrong in results for line in wrong] == []
    assert sum(deaths for deaths, _ in results) > 40

"""A data folder that can be lost and put back, its backup, and an API of its own that goes on."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from lib.bootstrap import Services, open_services
from lib.domain.run import Run, RunState
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.images.originals import FolderOriginals
from lib.sandbox import child
from lib.settings import Settings
from lib.store.database import open_database, writing
from tests.faults.storm import wait_until

ROOT = Path(__file__).parents[2]
MODEL = "google/nano-banana-2"
LONGEST_S = 120.0
QUIET_S = 1.0
SANDBOX_S = 0.2
LOOK_S = 0.05
WORDS = [" [slow]", "", " [lost answer]", " [slow]", " [error after accept]"]
UNDER_WAY = 6
"""So many runs are under way all the time, and no more, as all of them have to end."""


@contextmanager
def a_sandbox(folder: Path) -> Iterator[str]:
    """An API of its own: an audit takes in all that it has."""
    api = child.start(data_dir=folder, seconds=SANDBOX_S)
    yield api.base_url
    api.stop()


@dataclass
class Site:
    """A data folder, its backup, and the API."""

    data: Path
    backup: Path
    url: str
    clicks: list[str] = field(default_factory=list)

    @contextmanager
    def plantain(self) -> Iterator[Services]:
        settings = Settings(
            runflow_api_key="rf_live_drill",
            runflow_base_url=self.url,
            plantain_data_dir=self.data,
            plantain_quiet_seconds=QUIET_S,
            plantain_max_open_runs=3,
        )
        with open_services(settings) as services:
            yield services

    def click(self, services: Services, prompt: str) -> str:
        run_id = services.runs.submit(
            MODEL,
            {"prompt": prompt, "resolution": "0.5K"},
            click_token=prompt,
            created_by="local",
        )
        self.clicks.append(run_id)
        return run_id

    def command(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", f"scripts.{name}", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "PLANTAIN_DATA_DIR": str(self.data),
                "PLANTAIN_QUIET_SECONDS": str(QUIET_S),
            },
            check=True,
            capture_output=True,
        )

    def posts(self) -> int:
        """How many paid requests the API was sent."""
        asked = httpx.get(f"{self.url}/sandbox/requests?method=POST", trust_env=False).json()
        return sum(request["path"].endswith("/runs") for request in asked["requests"])

    def charges(self) -> dict[str, int]:
        """What each run was charged, by its client_ref; a run that was charged twice fails."""
        ledger = httpx.get(f"{self.url}/sandbox/ledger", trust_env=False).json()
        charged = {one["client_ref"]: one["amount_micros"] for one in ledger["charges"]}
        assert len(charged) == len(ledger["charges"]), "charged twice"
        return charged


def wait_for_all(services: Services) -> None:
    wait_until(lambda: not services.runs.has_open(), LONGEST_S)


def audit_now(services: Services) -> None:
    """Have an audit made and all it brought back looked after."""
    before = services.audits.state().last
    assert services.audits.request()
    wait_until(lambda: services.audits.state().last != before, LONGEST_S)
    audit = services.audits.state().last
    assert audit is not None
    assert audit.problem is None
    wait_for_all(services)


def all_runs(services: Services) -> dict[str, Run]:
    return {run.id: run for run in services.runs.recent(limit=1000)}


@contextmanager
def clicking(site: Site, services: Services) -> Iterator[Callable[[], int]]:
    """Somebody clicks as often as a run ends; answers how many clicks there were."""
    stop, clicks = threading.Event(), 0

    def click_on() -> None:
        nonlocal clicks
        while not stop.wait(LOOK_S):
            if sum(run.is_open for run in all_runs(services).values()) < UNDER_WAY:
                site.click(services, f"load {clicks}{WORDS[clicks % len(WORDS)]}")
                clicks += 1

    clicker = threading.Thread(target=click_on)
    clicker.start()
    yield lambda: clicks
    stop.set()
    clicker.join()


@contextmanager
def nobody_executing(site: Site) -> Iterator[None]:
    """What is clicked meanwhile stays queued."""
    lock = ExecutorLock(site.data / LOCK_FILE)
    assert lock.acquire()
    yield
    lock.release()


def assert_paid_once_and_whole(site: Site, runs: dict[str, Run]) -> None:
    """Each run costs what the API has charged for it, and its pictures are on disk."""
    charged = site.charges()
    originals = FolderOriginals(site.data / "pictures")
    for run in runs.values():
        assert run.state is RunState.STORED, (run.id, run.state, run.note)
        assert run.cost_micros == charged[run.id]
        assert run.pictures
        for picture in run.pictures:
            originals.verify(picture.sha256)


def ask(file: Path, query: str) -> list[Any]:
    database = open_database(file)
    with database.connect() as db:
        rows = list(db.execute(sa.text(query)))
    database.dispose()
    return rows


def change(file: Path, statement: str) -> None:
    database = open_database(file)
    with writing(database) as db:
        db.execute(sa.text(statement))
    database.dispose()


def states_in(file: Path) -> dict[str, str]:
    return {row.id: row.state for row in ask(file, "SELECT id, state FROM run")}


def left_to_the_engine(file: Path) -> int:
    """How many runs the engine's own tables call unfinished."""
    query = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
    return int(ask(file, query)[0][0])

"""The data folder is lost while the API goes on, and an older backup is put back: nothing is paid twice.

The backup is made while runs are clicked and under way, by the command itself. The sandbox plays the
outside world: it is not set back, and its ledger says at the end what was charged.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from lib.bootstrap import Services, open_services
from lib.domain.run import Run, RunState
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.images.originals import FolderOriginals
from lib.sandbox import child
from lib.services.costs import Period
from lib.settings import Settings
from lib.store.database import open_database, writing
from tests.faults.storm import wait_until

ROOT = Path(__file__).parents[2]
MODEL = "google/nano-banana-2"
LONGEST_S = 120.0
QUIET_S = 1.0
WORDS = [" [slow]", "", " [lost answer]", " [slow]", " [error after accept]"]
"""More of it comes in than goes out, so that something is always under way."""


@contextmanager
def a_sandbox(folder: Path) -> Iterator[str]:
    """An API of its own: an audit takes in all that it has."""
    api = child.start(data_dir=folder, seconds=0.5)
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
    """Somebody clicks all the time; answers how many clicks there were."""
    stop, clicks = threading.Event(), 0

    def click_on() -> None:
        nonlocal clicks
        while not stop.wait(0.4):
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


@dataclass
class Loss:
    """A data folder that is gone: its backup, and what the API had been asked for and charged."""

    site: Site
    posts: int
    spend: int


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_sandbox(tmp_path / "sandbox") as url:
        yield Site(tmp_path / "data", tmp_path / "backup", url)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    folder = tmp_path_factory.mktemp("lost")
    with a_sandbox(folder / "sandbox") as url:
        yield lose(Site(folder / "data", folder / "backup", url))


def lose(site: Site) -> Loss:
    """Runs before, during and after a backup; then the data folder is gone."""
    with site.plantain() as services:
        for number in range(3):
            site.click(services, f"before {number}")
        wait_for_all(services)
        with clicking(site, services) as clicks:
            wait_until(lambda: clicks() >= 6, LONGEST_S)
            site.command("backup", "--to", str(site.backup))
        for number in range(3):
            site.click(services, f"after {number}")
        wait_for_all(services)
        assert_paid_once_and_whole(site, all_runs(services))
        spend = sum(site.charges().values())
    shutil.rmtree(site.data)
    return Loss(site, site.posts(), spend)


def by_command(site: Site) -> None:
    site.command("restore", str(site.backup))


def by_hand(site: Site) -> None:
    shutil.copytree(site.backup, site.data)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("put_back", [by_command, by_hand])
def test_after_a_restore_every_run_of_the_api_is_back_with_its_id_and_none_is_sent(
    lost: Loss, tmp_path: Path, put_back: Callable[[Site], None]
):
    site = replace(lost.site, data=tmp_path / "data")
    put_back(site)
    restored = states_in(site.data / "plantain.db")
    assert {"stored", "unknown"} <= set(restored.values()), restored
    assert left_to_the_engine(site.data / "plantain.db")

    with site.plantain() as services:
        wait_for_all(services)
        known = all_runs(services)
        audit_now(services)
        runs = all_runs(services)
        spend = services.costs.report(Period.ALL_TIME).totals.spend_micros

    assert set(known) >= set(restored)
    assert sorted(runs) == sorted(site.clicks)
    assert_paid_once_and_whole(site, runs)
    assert spend == sum(site.charges().values()) == lost.spend
    assert site.posts() == lost.posts


@pytest.mark.timeout(600)
def test_what_was_taken_back_after_the_backup_is_left_to_a_person(site: Site):
    with site.plantain() as services:
        site.click(services, "paid")
        wait_for_all(services)
    with nobody_executing(site), site.plantain() as services:
        taken_back = site.click(services, "taken back")
        site.command("backup", "--to", str(site.backup))
        assert services.runs.cancel(taken_back)
    posts = site.posts()
    shutil.rmtree(site.data)
    site.command("restore", str(site.backup))

    with site.plantain() as services:
        wait_for_all(services)
        runs = all_runs(services)

    parked = runs.pop(taken_back)
    assert parked.state is RunState.PARKED
    assert "came back with a backup" in (parked.note or "")
    assert_paid_once_and_whole(site, runs)
    assert site.posts() == posts


@pytest.mark.timeout(600)
def test_what_the_engine_has_kept_of_runs_that_ended_long_ago_does_no_harm(site: Site):
    with site.plantain() as services:
        run_id = site.click(services, "ended")
        wait_for_all(services)
    file, posts = site.data / "plantain.db", site.posts()
    change(file, "UPDATE workflow_status SET status = 'PENDING', completed_at = NULL")
    assert left_to_the_engine(file) == 1

    with site.plantain() as services:
        wait_until(lambda: left_to_the_engine(file) == 0, LONGEST_S)
        site.click(services, "and the next one is made as ever")
        wait_for_all(services)
        assert all_runs(services)[run_id].state is RunState.STORED

    assert site.posts() == posts + 1
    assert site.charges()[run_id] == 60_000

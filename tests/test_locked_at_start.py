"""A start while another program keeps the database locked: pages at once, and runs when it lets go."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.bootstrap import open_services
from lib.bootstrap_api import CannotStart
from lib.domain.errors import NotAccepting
from lib.domain.run import RunState
from lib.sandbox import child
from lib.services import database_watch
from lib.services.fitness import Fitness
from lib.services.watchdog import Watchdog
from lib.settings import Settings
from lib.store import database, health

MODEL = "google/nano-banana-2"
VALUES = {"prompt": "a kite [slow]", "resolution": "0.5K"}
STEP_S, STEPS = 0.05, 1_200


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A sandbox to send to, and short waits."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    monkeypatch.setattr(health, "LOOK_PATIENCE_S", 0.1)
    monkeypatch.setattr(database_watch, "LOCKED_FOR_S", 0.3)
    monkeypatch.setitem(Watchdog.__init__.__kwdefaults__, "between_looks_s", 0.2)
    monkeypatch.setitem(Fitness.__init__.__kwdefaults__, "between_looks_s", 0.1)
    sandbox = child.start(data_dir=tmp_path / "sandbox", seconds=0.3)
    yield Settings(
        runflow_api_key="rf_live_locked",
        runflow_base_url=sandbox.base_url,
        plantain_data_dir=tmp_path / "data",
        plantain_quiet_seconds=1.0,
    )
    sandbox.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(STEPS):
        if holds():
            return
        pause.wait(STEP_S)
    raise AssertionError("it never came to that")


def test_a_start_at_a_locked_database_shows_its_pages_and_goes_on_by_itself(settings: Settings):
    with open_services(settings) as services:
        run_id = services.runs.submit(MODEL, VALUES, click_token="1", created_by="local")
        wait_until(lambda: services.runs.find(run_id).state is RunState.ACCEPTED)
    path = settings.plantain_data_dir / "plantain.db"
    other = database.sqlite_build().connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with open_services(settings) as services:
        assert [run.id for run in services.runs.recent(9)] == [run_id]
        wait_until(lambda: len(services.fitness.problems()) == 2)
        told = {problem.code: problem.detail for problem in services.fitness.problems()}
        assert told == {"database": "database is locked", "engine": "database is locked"}
        with pytest.raises(NotAccepting, match="keeps the database locked"):
            services.runs.submit(MODEL, VALUES, click_token="2", created_by="local")

        other.execute("ROLLBACK")

        wait_until(lambda: services.fitness.problems() == ())
        wait_until(lambda: not services.runs.find(run_id).is_open)
        assert services.runs.find(run_id).state is RunState.STORED
        assert services.runs.find(run_id).fence == 1
    other.close()


def test_a_first_start_at_a_locked_database_says_why_it_cannot(settings: Settings):
    settings.plantain_data_dir.mkdir()
    path = settings.plantain_data_dir / "plantain.db"
    other = database.sqlite_build().connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = wal")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(CannotStart, match="no other program holds it"), open_services(settings):
        pass

    other.execute("ROLLBACK")
    other.close()

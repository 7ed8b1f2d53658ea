"""A real engine on a real database file."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.engine.durable import Engine
from lib.store.database import open_database, writing


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    database = open_database(tmp_path / "plantain.db")
    yield database
    database.dispose()


@pytest.fixture
def start(database: sa.Engine) -> Iterator[Callable[..., Engine]]:
    started: list[Engine] = []

    def start_engine(advance, open_runs: int = 4) -> Engine:
        engine = Engine(database, open_runs=open_runs)
        engine.start(advance)
        engine.wait_until_open()
        started.append(engine)
        return engine

    yield start_engine
    for engine in started:
        engine.stop()


class Calls:
    """Counts the calls of `advance` and answers each run with the pauses it was given."""

    def __init__(self, *pauses: float | None) -> None:
        self.pauses = pauses
        self.made: list[str] = []
        self.changed = threading.Condition()

    def __call__(self, run_id: str) -> float | None:
        with self.changed:
            number = self.made.count(run_id)
            self.made.append(run_id)
            self.changed.notify_all()
        answer = self.pauses[min(number, len(self.pauses) - 1)]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.made) >= count, timeout=20)


def queue(engine: Engine, database: sa.Engine, run_id: str) -> None:
    with writing(database) as db:
        engine.enqueue(db, run_id)

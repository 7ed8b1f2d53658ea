"""Nothing new is made or sent without room, a sound database and the lock; and it says why."""

import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lib.domain.errors import NotAccepting
from lib.engine.durable import Engine
from lib.engine.executor_lock import ExecutorLock
from lib.services.ballast import Ballast
from lib.services.database_watch import DatabaseWatch
from lib.services.fitness import BALLAST_AFTER_S, RESERVE_BYTES, Fitness, one_a_disk
from lib.services.problems import ProblemCode
from lib.store.database import Database, open_database
from lib.store.health import DatabaseHealth
from lib.store.migrate import migrate, version_of
from tests.set_clock import SetClock

STEP_S = 0.02
BALLAST_BYTES = 1_000_000


@dataclass
class Surroundings:
    """What a Plantain stands on, each of which can give way."""

    folder: Path
    database: Database
    engine: Engine
    lock: ExecutorLock
    clock: SetClock
    free: int = RESERVE_BYTES
    losses: list[str] = field(default_factory=list)

    def fitness(self) -> Fitness:
        return Fitness(
            places={"data folder": self.folder},
            clock=self.clock,
            database=DatabaseWatch(DatabaseHealth(self.database), self.clock, self.folder),
            engine=self.engine,
            lock=self.lock,
            ballast=Ballast(self.folder / "ballast", size_bytes=BALLAST_BYTES),
            on_lost=lambda: self.losses.append("lost"),
            free_bytes=lambda _folder: self.free,
            between_looks_s=STEP_S,
        )


@pytest.fixture
def around(tmp_path: Path, clock: SetClock) -> Iterator[Surroundings]:
    database = open_database(tmp_path / "plantain.db")
    migrate(database)
    lock = ExecutorLock(tmp_path / "executor.lock")
    assert lock.acquire()
    yield Surroundings(tmp_path, database, Engine(database, open_runs=1), lock, clock)
    lock.release()
    database.dispose()


def codes(fitness: Fitness) -> list[ProblemCode]:
    return [problem.code for problem in fitness.problems()]


def test_with_room_a_sound_database_and_the_lock_runs_may_be_made(around: Surroundings):
    fitness = around.fitness()
    fitness.look()

    assert fitness.problems() == ()
    assert fitness.why_not_send() is None
    fitness.refuse_if_unfit()


def test_below_the_reserve_nothing_new_is_made_until_there_is_room(around: Surroundings):
    fitness = around.fitness()
    around.free = 120_400_000

    assert codes(fitness) == [ProblemCode.LOW_DISK]
    with pytest.raises(
        NotAccepting, match=r"no run was made\. .* 120 MB left; 200 MB .* Make room"
    ):
        fitness.refuse_if_unfit()

    around.free = RESERVE_BYTES
    fitness.refuse_if_unfit()


def test_each_disk_is_looked_at_once(tmp_path: Path):
    places = one_a_disk({"data folder": tmp_path, "pictures": tmp_path / "pictures"})

    assert places == {"data folder": tmp_path}
    assert (tmp_path / "pictures").is_dir()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second disk at hand")
def test_the_disk_of_the_pictures_counts_too(around: Surroundings):
    elsewhere = Path("/dev/shm")
    assert elsewhere.stat().st_dev != around.folder.stat().st_dev
    room = {around.folder: RESERVE_BYTES, elsewhere: 0}
    fitness = Fitness(
        places={"data folder": around.folder, "pictures": elsewhere},
        clock=around.clock,
        database=DatabaseWatch(DatabaseHealth(around.database), around.clock, around.folder),
        engine=around.engine,
        lock=around.lock,
        free_bytes=room.__getitem__,
    )

    (problem,) = fitness.problems()
    assert "disk of the pictures" in problem.what


def test_a_folder_that_is_gone_is_named(around: Surroundings):
    def fails(_folder: Path) -> int:
        raise FileNotFoundError

    fitness = around.fitness()
    fitness._free_bytes = fails

    assert fitness.why_not_send().startswith("The data folder cannot be found any more.")


def test_a_database_that_is_gone_stops_the_very_next_click(around: Surroundings):
    fitness = around.fitness()
    (around.folder / "plantain.db").rename(around.folder / "aside.db")

    with pytest.raises(NotAccepting, match="deleted or replaced"):
        fitness.refuse_if_unfit()

    (around.folder / "aside.db").rename(around.folder / "plantain.db")
    fitness.refuse_if_unfit()


def test_what_is_in_a_deleted_database_is_kept_as_long_as_it_is_open(
    around: Surroundings, caplog: pytest.LogCaptureFixture
):
    fitness = around.fitness()
    with around.database.connect() as db:
        version = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    (around.folder / "plantain.db").unlink()

    for _ in range(3):
        fitness.look()

    (rescued,) = around.folder.glob("plantain-rescued-*.db")
    copy = open_database(rescued)
    assert version_of(copy) == version
    copy.dispose()
    (problem,) = fitness.problems()
    assert rescued.name in problem.detail
    assert len(caplog.records) == 2


def test_a_lock_whose_file_is_deleted_stops_at_once_and_is_taken_again(
    around: Surroundings, caplog: pytest.LogCaptureFixture
):
    fitness = around.fitness()
    (around.folder / "executor.lock").unlink()
    assert codes(fitness) == [ProblemCode.LOCK]

    fitness.look()

    assert fitness.problems() == ()
    assert around.losses == []
    assert not ExecutorLock(around.folder / "executor.lock").acquire()
    assert "locked it again" in caplog.text


def test_a_lock_that_another_process_took_is_lost_for_good(around: Surroundings):
    fitness = around.fitness()
    (around.folder / "executor.lock").unlink()
    other = ExecutorLock(around.folder / "executor.lock")
    assert other.acquire()

    fitness.look()
    fitness.look()

    assert around.losses == ["lost"]
    other.release()
    fitness.look()
    assert codes(fitness) == [ProblemCode.LOCK]
    assert around.losses == ["lost"]


def test_a_lock_whose_folder_is_gone_is_taken_again_when_the_folder_is_back(
    around: Surroundings,
):
    fitness, aside = around.fitness(), around.folder.with_name("aside")
    around.folder.rename(aside)
    fitness.look()
    assert ProblemCode.LOCK in codes(fitness)
    assert around.losses == []

    aside.rename(around.folder)
    fitness.look()
    assert fitness.problems() == ()


def test_an_engine_that_did_not_start_is_a_reason(around: Surroundings):
    around.engine.trouble = "database is locked"

    (problem,) = around.fitness().problems()

    assert (problem.code, problem.detail) == (ProblemCode.ENGINE, "database is locked")


def test_the_log_has_a_line_when_something_is_wrong_and_one_when_all_is_well(
    around: Surroundings, caplog: pytest.LogCaptureFixture
):
    fitness = around.fitness()
    around.free = 10
    for _ in range(3):
        fitness.look()
    around.free = RESERVE_BYTES
    for _ in range(3):
        fitness.look()

    told = [record.levelno for record in caplog.records]
    assert told == [logging.ERROR, logging.WARNING]


def test_the_looking_goes_on_after_a_look_that_failed(around: Surroundings, caplog):
    fitness, looked = around.fitness(), threading.Event()
    looks = iter([OSError("no idea"), None])

    def look() -> None:
        if (error := next(looks, None)) is not None:
            raise error
        looked.set()

    fitness.look = look
    fitness.start()
    assert looked.wait(20)
    fitness.stop()

    assert "no idea" in caplog.text
    assert not fitness._thread.is_alive()


def test_a_process_without_the_lock_is_fit_to_queue(around: Surroundings):
    second = ExecutorLock(around.folder / "executor.lock")
    assert not second.acquire()
    around.lock, held = second, around.lock

    assert around.fitness().problems() == ()
    around.lock = held


def test_asking_costs_no_descriptor(around: Surroundings):
    fitness = around.fitness()
    fitness.look()
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0

    for _ in range(50):
        fitness.look()
        fitness.problems()

    after = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    assert after <= before


def test_the_ballast_is_taken_only_from_what_is_to_spare(around: Surroundings):
    fitness = around.fitness()
    around.engine.executes = True
    around.free = 10 * RESERVE_BYTES
    fitness.look()
    assert fitness.ballast.missing_bytes == BALLAST_BYTES, "not in the first moments"

    around.clock.pass_s(BALLAST_AFTER_S)
    around.free = RESERVE_BYTES + BALLAST_BYTES - 1
    fitness.look()
    assert fitness.ballast.missing_bytes == BALLAST_BYTES

    around.free += 1
    fitness.look()
    assert fitness.ballast.missing_bytes == 0


def test_a_process_that_does_not_execute_takes_no_ballast(around: Surroundings):
    fitness = around.fitness()
    around.free = 10 * RESERVE_BYTES
    around.clock.pass_s(BALLAST_AFTER_S)

    fitness.look()

    assert fitness.ballast.missing_bytes == BALLAST_BYTES

"""Whether a database can be trusted, looked at on real files that are broken in real ways."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.errors import NotWritten
from lib.store import health
from lib.store.database import open_database, sqlite_build, writing
from lib.store.health import Ailment, DatabaseHealth
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from tests.store.conftest import a_run, unqueued

MANY_RUNS = 300


def always() -> bool:
    return True


@pytest.fixture
def path(database: sa.Engine) -> Path:
    return Path(str(database.url.database))


def files_of(path: Path) -> dict[str, bytes]:
    """The database and its write-ahead log, byte for byte."""
    return {file.name: file.read_bytes() for file in path.parent.glob("plantain.db*")}


def test_a_sound_database_has_nothing_wrong_and_looking_changes_nothing(
    database: sa.Engine, path: Path
):
    found = DatabaseHealth(database)
    before = {name: data for name, data in files_of(path).items() if not name.endswith("-shm")}

    assert found.look() is None
    assert found.read_through(always) is None
    assert not found.take_suspicion()

    after = files_of(path)
    assert {name: after[name] for name in before} == before


def test_a_deleted_file_is_noticed_and_not_made_anew(database: sa.Engine, path: Path):
    found = DatabaseHealth(database)
    path.unlink()

    assert found.is_gone()
    assert found.look().ailment is Ailment.GONE
    database.dispose()
    with pytest.raises(NotWritten, match="deleted or replaced"), writing(database):
        pass
    assert not path.exists()


def test_what_is_in_a_deleted_file_is_rescued_and_nothing_is_overwritten(
    database: sa.Engine, path: Path
):
    Ledger(database, SystemClock()).add(a_run("01"), unqueued)
    found = DatabaseHealth(database)
    path.unlink()
    target, taken = path.with_name("rescued.db"), path.with_name("taken.db")
    taken.write_text("something else")

    assert found.rescue(target)
    assert not found.rescue(taken)

    assert taken.read_text() == "something else"
    copy = open_database(target)
    assert Records(copy).find("01") is not None
    copy.dispose()
    database.dispose()
    assert not found.rescue(path.with_name("too_late.db"))
    assert not path.with_name("too_late.db").exists()


def test_a_rescued_file_can_take_the_place_of_the_deleted_one(database: sa.Engine, path: Path):
    ledger = Ledger(database, SystemClock())
    ledger.add(a_run("01"), unqueued)
    found = DatabaseHealth(database)
    path.unlink()
    target = path.with_name("rescued.db")
    assert found.rescue(target)
    for number in range(9):
        ledger.add(a_run(f"1{number}", prompt="what comes too late " * 200), unqueued)

    found.empty_log()
    database.dispose()

    assert path.with_name("plantain.db-wal").stat().st_size == 0
    os.replace(target, path)
    again = open_database(path)
    assert Records(again).find("01") is not None
    assert DatabaseHealth(again).read_through(always) is None
    again.dispose()


def test_a_replaced_file_is_noticed_and_not_written(database: sa.Engine, path: Path):
    found = DatabaseHealth(database)
    aside = path.with_name("aside.db")
    path.rename(aside)
    shutil.copy(aside, path)

    assert found.look().ailment is Ailment.GONE
    database.dispose()
    with pytest.raises(NotWritten, match="deleted or replaced"), writing(database):
        pass

    os.replace(aside, path)
    assert found.look() is None
    with writing(database):
        pass


def test_a_database_that_others_keep_locked_is_locked_until_they_let_go(
    database: sa.Engine, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health, "LOOK_PATIENCE_S", 0.05)
    found = DatabaseHealth(database)
    other = sqlite_build().connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    finding = found.look()

    assert (finding.ailment, finding.detail) == (Ailment.LOCKED, "database is locked")
    other.execute("ROLLBACK")
    assert found.look() is None
    other.close()


def fill(database: sa.Engine) -> None:
    """Runs on many pages, all of them in the file itself."""
    ledger = Ledger(database, SystemClock())
    for number in range(MANY_RUNS):
        ledger.add(a_run(f"{number:04}", prompt="a kite " * 40), unqueued)
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def spoil(path: Path, database: sa.Engine) -> None:
    """Overwrite the begin of a page in the middle of the table of runs."""
    with database.connect() as db:
        page_size = db.scalar(sa.text("PRAGMA page_size"))
        root = db.scalar(sa.text("SELECT rootpage FROM sqlite_schema WHERE name = 'run'"))
    database.dispose()
    with path.open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(b"\xff" * 64)


def test_a_damaged_page_is_found_by_reading_through(database: sa.Engine, path: Path):
    fill(database)
    found = DatabaseHealth(database)
    spoil(path, database)

    finding = found.read_through(always)

    assert finding.ailment is Ailment.DAMAGED
    assert "run" in finding.detail or "malformed" in finding.detail


def test_damage_that_a_query_meets_is_a_reason_to_read_it_through(database: sa.Engine, path: Path):
    fill(database)
    found = DatabaseHealth(database)
    spoil(path, database)

    with pytest.raises(sa.exc.DatabaseError, match="malformed"), database.connect() as db:
        db.execute(sa.text("SELECT count(*) FROM run NOT INDEXED")).all()

    assert found.take_suspicion()
    assert not found.take_suspicion()


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path):
    database = open_database(tmp_path / "plantain.db")
    migrate(database)
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    found = DatabaseHealth(database)
    database.dispose()
    with (tmp_path / "plantain.db").open("r+b") as file:
        file.write(b"nothing of the kind")

    assert found.look().ailment is Ailment.DAMAGED


def test_reading_through_stops_when_it_is_told_to(
    database: sa.Engine, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health, "STEPS_BETWEEN_LOOKS", 10)
    fill(database)
    found = DatabaseHealth(database)
    spoil(path, database)
    asked = []

    def not_any_more() -> bool:
        asked.append(1)
        return False

    assert found.read_through(not_any_more) is None
    assert asked


NO_MORE = """
import os, resource, sys
from pathlib import Path
from lib.domain.errors import NotWritten
from lib.store.database import open_database, writing
from lib.store.health import DatabaseHealth
path = Path(sys.argv[1])
database = open_database(path)
found = DatabaseHealth(database)
with database.connect() as db:
    db.exec_driver_sql("SELECT 1")
    limit = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    print(found.look(), found.look(writes=True), sep="\\n")
    try:
        with writing(database) as one:
            one.exec_driver_sql("CREATE TABLE more (a)")
    except NotWritten as error:
        print(type(error).__name__)
    print(found.look())
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(found.look(), found.look(writes=True), sep="\\n")
"""


def test_a_database_that_takes_no_more_bytes_is_found_by_writing(database: sa.Engine, path: Path):
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    ran = subprocess.run(
        [sys.executable, "-c", NO_MORE, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    not_writable = "Finding(ailment=<Ailment.NOT_WRITABLE: 'not writable'>"
    looked, wrote, failed, after_failure, well, wrote_well = ran.stdout.splitlines()
    assert looked == "None", "a look alone writes nothing"
    assert wrote.startswith(not_writable)
    assert failed == "NoRoom"
    assert after_failure.startswith(not_writable), "after a failure a look writes"
    assert (well, wrote_well) == ("None", "None")

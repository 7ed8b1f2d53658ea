"""The copy of the database: whole, checked, made while others write, and safe to start from."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.domain.run import Picture, RunState
from lib.store.backup import Contents, check, contents, copy_database, is_in_use, pictures_in
from lib.store.database import DatabaseUnusable, open_database, sqlite_build
from lib.store.ledger import Ledger
from lib.store.migrate import newest_version
from lib.store.records import Records
from tests.store.conftest import a_run, unqueued
from tests.store.test_ledger import bring_to

QUIET_MS = 65_000
HOLD_OPEN = """
import sys
from pathlib import Path
from lib.store.database import open_database
database = open_database(Path(sys.argv[1]))
with database.connect() as db:
    db.exec_driver_sql("SELECT count(*) FROM run").scalar()
print("open", flush=True)
sys.stdin.read()
"""


def copy(database: sa.Engine, to: Path) -> Contents:
    source = Path(str(database.url.database))
    return copy_database(source, to, clock=SystemClock(), quiet_ms=QUIET_MS)


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "copied"
    folder.mkdir()
    return folder / "plantain.db"


def records_of(file: Path) -> tuple[sa.Engine, Records]:
    database = open_database(file)
    return database, Records(database)


def test_a_copy_is_one_file_that_holds_every_run(database: sa.Engine, ledger: Ledger, copied: Path):
    for number in range(20):
        ledger.add(a_run(f"{number:02d}"), unqueued)

    made = copy(database, copied)

    assert made == contents(copied)
    assert made == Contents(newest_version(), {"sandbox": 20}, 20, 0, 0)
    assert [file.name for file in copied.parent.iterdir()] == ["plantain.db"]
    check(copied)


def test_the_source_is_left_as_it_is(database: sa.Engine, ledger: Ledger, copied: Path):
    ledger.add(a_run(), unqueued)

    copy(database, copied)

    run = Records(database).find("01")
    assert run is not None
    assert (run.state, run.restored_at) == (RunState.QUEUED, None)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.SENDING, RunState.UNKNOWN])
def test_in_the_copy_what_is_open_and_unsettled_is_restored_and_in_doubt(
    database: sa.Engine, ledger: Ledger, copied: Path, state: RunState
):
    bring_to(ledger, state)

    copy(database, copied)

    theirs, records = records_of(copied)
    run, attempt = records.find("01"), records.last_attempt("01")
    theirs.dispose()
    assert run is not None
    assert run.restored_at is not None
    assert run.state is (RunState.UNKNOWN if state is RunState.QUEUED else state)
    assert attempt is not None


def test_in_the_copy_of_a_queued_run_a_request_may_still_be_on_its_way(
    database: sa.Engine, ledger: Ledger, copied: Path
):
    ledger.add(a_run(), unqueued)

    copy(database, copied)

    theirs, records = records_of(copied)
    attempt = records.last_attempt("01")
    theirs.dispose()
    assert attempt is not None
    assert attempt.outcome == "restored"
    assert attempt.quiet_until - attempt.intended_at == QUIET_MS


@pytest.mark.parametrize(
    ("state", "is_marked"), [(RunState.ACCEPTED, True), (RunState.STORED, False)]
)
def test_in_the_copy_only_what_is_open_is_marked(
    database: sa.Engine, ledger: Ledger, copied: Path, state: RunState, is_marked: bool
):
    bring_to(ledger, state)

    copy(database, copied)

    theirs, records = records_of(copied)
    run = records.find("01")
    theirs.dispose()
    assert run is not None
    assert run.state is state
    assert (run.restored_at is not None) is is_marked


def test_each_picture_is_named_once_with_its_size(
    database: sa.Engine, ledger: Ledger, copied: Path
):
    twice, once = ("a" * 64, 10), ("b" * 64, 7)
    for number, pictures in enumerate([[twice, twice], [twice, once]]):
        run_id = f"{number:02d}"
        ledger.add(a_run(run_id), unqueued)
        attempt = ledger.intend(run_id, quiet_ms=1)
        assert attempt is not None
        ledger.accept(run_id, f"remote-{run_id}", status="running")
        ledger.finish(
            run_id,
            RunState.STORED,
            pictures=[
                Picture(index, sha256, size, "image/png", 1, 1)
                for index, (sha256, size) in enumerate(pictures)
            ],
        )

    made = copy(database, copied)

    assert list(pictures_in(copied)) == [twice, once]
    assert (made.pictures, made.picture_bytes) == (2, 17)


def test_a_copy_made_under_a_writer_holds_all_that_was_committed_before_it_began(
    database: sa.Engine, ledger: Ledger, copied: Path
):
    committed: list[str] = []
    enough, may_stop = threading.Event(), threading.Event()

    def write() -> None:
        while not may_stop.is_set():
            committed.append(ledger.add(a_run(f"{len(committed):05d}"), unqueued))
            if len(committed) >= 20:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(60)
    before = len(committed)
    made = copy(database, copied)
    still_writing = len(committed)
    may_stop.set()
    writer.join()

    assert still_writing > before
    assert made.runs["sandbox"] >= before
    check(copied)


def test_a_copy_can_be_made_while_another_process_has_the_database_open(
    database: sa.Engine, ledger: Ledger, copied: Path
):
    ledger.add(a_run(), unqueued)
    program = (
        "import sys; from pathlib import Path; from lib.domain.clock import SystemClock; "
        "from lib.store.backup import copy_database; copy_database("
        "Path(sys.argv[1]), Path(sys.argv[2]), clock=SystemClock(), quiet_ms=1)"
    )

    subprocess.run(
        [sys.executable, "-c", program, str(database.url.database), str(copied)], check=True
    )

    assert contents(copied).runs == {"sandbox": 1}


def test_an_older_database_is_brought_to_this_schema_in_the_copy_alone(
    tmp_path: Path, copied: Path
):
    from alembic import command
    from alembic.config import Config

    from lib.store.migrate import MIGRATIONS, version_of

    old = open_database(tmp_path / "old.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    assert copy(old, copied).schema == newest_version()
    assert version_of(old) == "0001"
    old.dispose()


def test_a_newer_database_is_refused(database: sa.Engine, copied: Path):
    with database.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseUnusable, match="newer Plantain"):
        copy(database, copied)


def test_a_missing_database_is_refused_and_not_made(tmp_path: Path, copied: Path):
    with pytest.raises(DatabaseUnusable, match="cannot be read"):
        copy_database(tmp_path / "no.db", copied, clock=SystemClock(), quiet_ms=1)

    assert not (tmp_path / "no.db").exists()


@pytest.mark.parametrize("data", [b"", b"no database at all " * 500])
def test_what_is_no_database_of_plantains_is_refused(tmp_path: Path, copied: Path, data: bytes):
    (tmp_path / "odd.db").write_bytes(data)

    with pytest.raises(DatabaseUnusable):
        copy_database(tmp_path / "odd.db", copied, clock=SystemClock(), quiet_ms=1)


def test_a_damaged_database_is_refused(database: sa.Engine, ledger: Ledger, copied: Path):
    for number in range(200):
        ledger.add(a_run(f"{number:03d}"), unqueued)
    copy(database, copied)
    with copied.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(4096))

    with pytest.raises(DatabaseUnusable, match="damaged"):
        check(copied)


def test_a_database_is_in_use_while_any_process_has_it_open(tmp_path: Path, database: sa.Engine):
    file = Path(str(database.url.database))
    database.dispose()
    assert not is_in_use(file)

    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"open\n"
    assert is_in_use(file)
    holder.communicate()

    assert not is_in_use(file)


def test_what_nobody_uses_is_brought_into_one_file(
    tmp_path: Path, database: sa.Engine, ledger: Ledger
):
    ledger.add(a_run(), unqueued)
    as_after_a_crash = tmp_path / "crash"
    as_after_a_crash.mkdir()
    for file in tmp_path.glob("plantain.db*"):
        shutil.copy(file, as_after_a_crash)
    file = as_after_a_crash / "plantain.db"
    assert (as_after_a_crash / "plantain.db-wal").exists()

    assert not is_in_use(file)

    assert not (as_after_a_crash / "plantain.db-wal").exists()
    with closing(sqlite_build().connect(file)) as db:
        assert db.execute("SELECT count(*) FROM run").fetchone() == (1,)


def test_what_is_no_database_is_in_nobodys_use(tmp_path: Path):
    (tmp_path / "odd.db").write_bytes(b"no database at all " * 500)

    assert not is_in_use(tmp_path / "odd.db")
    assert not is_in_use(tmp_path / "missing.db")

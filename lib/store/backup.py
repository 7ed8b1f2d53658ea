"""A copy of the database that is whole, checked, and safe to start from, however it is put back.

It is copied in one step: measured under a writer, steps of a few hundred pages began anew with each
commit and took 11 s where one step took 0.13 s, during which the writer waited for 45 ms at most.

What the API has done since cannot be in the copy. So every run that is open in it is marked there
as restored, and what it would call queued becomes a doubt: the API is asked, and nothing is sent.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.run import OPEN, RunState
from lib.store import schema
from lib.store.database import DatabaseUnusable, open_database, sqlite_build, writing
from lib.store.ledger import Ledger
from lib.store.migrate import migrate, newest_version
from lib.store.restored import pause_what_came_back, put_in_doubt

FIRST_PROBLEMS = 3
SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database; after a clean end there is none of it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: its schema's version, runs by origin, and pictures (in bytes)."""

    schema: str
    runs: Mapping[str, int]
    open_runs: int
    pictures: int
    picture_bytes: int


def copy_database(source: Path, copy: Path, *, clock: Clock, quiet_ms: int) -> Contents:
    """Copy a database that may be in use to `copy`, where nothing is, and say what the copy holds.

    `quiet_ms`: for how long, after it was put back, a request may still arrive that left before.
    Raises DatabaseUnusable, when it is damaged, newer than this Plantain, or none of Plantain's.
    """
    _copy_in_one_step(source, copy)
    check(copy)
    database = _open_unsynced(copy)
    try:
        migrate(database)
        _mark_open_runs(database, clock, quiet_ms)
    finally:
        database.dispose()
    _make_one_file(copy)
    return contents(copy)


def check(file: Path) -> None:
    """Read the whole file. Raises DatabaseUnusable when it is not as SQLite, or we, wrote it."""
    with _reading(file) as db:
        problems = [str(row[0]) for row in db.execute("PRAGMA quick_check")]
        if problems != ["ok"]:
            raise DatabaseUnusable(f"{file} is damaged: {'; '.join(problems[:FIRST_PROBLEMS])}")
        version = _version(db)
    if version is None:
        raise DatabaseUnusable(f"{file} holds no ledger of Plantain's.")
    if version > newest_version():
        raise DatabaseUnusable(
            f"{file} was made by a newer Plantain (schema {version}, this one knows "
            f"{newest_version()}): use that one."
        )


def contents(file: Path) -> Contents:
    """Count what a database holds."""
    with _reading(file) as db:
        runs = dict(db.execute("SELECT origin, count(*) FROM run GROUP BY origin ORDER BY origin"))
        is_open = schema.one_of("state", OPEN)
        (open_runs,) = db.execute(f"SELECT count(*) FROM run WHERE {is_open}").fetchone()
        pictures, size = db.execute(
            "SELECT count(*), coalesce(sum(size_bytes), 0) FROM "
            f"(SELECT max(size_bytes) AS size_bytes FROM picture {_kept(db)} GROUP BY sha256)"
        ).fetchone()
        return Contents(str(_version(db)), runs, open_runs, pictures, size)


def pictures_in(file: Path) -> Iterator[tuple[str, int]]:
    """Each picture that a database names, once: its sha256 and its size in bytes.

    Those whose files were let go with the bin are not among them.
    """
    with _reading(file) as db:
        yield from db.execute(
            f"SELECT sha256, max(size_bytes) FROM picture {_kept(db)}"
            " GROUP BY sha256 ORDER BY sha256"
        )


def _kept(db: Any) -> str:
    """SQL: leave out the pictures that were let go; an older database knows of none."""
    columns = {row[1] for row in db.execute("PRAGMA table_info(picture)")}
    return "WHERE freed_at IS NULL" if "freed_at" in columns else ""


def is_in_use(file: Path) -> bool:
    """Whether a process has the database open; if none has, all is brought into the one file.

    A file that is no database (any more) is in nobody's use.
    """
    if not file.is_file():
        return False
    module = sqlite_build()
    with closing(module.connect(_uri(file), uri=True, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA locking_mode = exclusive")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
        except module.OperationalError as error:
            return "locked" in str(error)
        except module.DatabaseError:
            return False
    return False


def _copy_in_one_step(source: Path, copy: Path) -> None:
    with _reading(source) as theirs, closing(sqlite_build().connect(copy)) as ours:
        theirs.backup(ours, pages=-1)


def _open_unsynced(copy: Path) -> sa.Engine:
    """Nothing of a copy counts before it is whole, and then it is synced as a whole."""
    database = open_database(copy)

    @sa.event.listens_for(database, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = off")

    return database


def _mark_open_runs(database: sa.Engine, clock: Clock, quiet_ms: int) -> None:
    ledger = Ledger(database, clock)
    queued = sa.select(schema.run.c.id).where(schema.run.c.state == RunState.QUEUED)
    with database.connect() as db:
        run_ids = list(db.scalars(queued))
    for run_id in run_ids:
        put_in_doubt(ledger, run_id, quiet_ms=quiet_ms, due_at=None)
    is_open = sa.text(schema.one_of("state", OPEN))
    with writing(database) as db:
        db.execute(schema.run.update().where(is_open).values(restored_at=clock.now_ms()))
        pause_what_came_back(db, clock)


def _make_one_file(file: Path) -> None:
    """End the write-ahead log, so that the file alone is the database, and sync it."""
    with closing(sqlite_build().connect(file)) as db:
        db.execute("PRAGMA journal_mode = delete")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _version(db: Any) -> str | None:
    named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if db.execute(named).fetchone() is None:
        return None
    found = db.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if found is None else str(found[0])


@contextmanager
def _reading(file: Path) -> Iterator[Any]:
    """A connection that makes no file. It is not opened as read-only, which would leave its log."""
    module = sqlite_build()
    try:
        with closing(module.connect(_uri(file), uri=True)) as db:
            yield db
    except module.DatabaseError as error:
        raise DatabaseUnusable(f"{file} cannot be read as a database: {error}.") from error


def _uri(file: Path) -> str:
    return f"{file.resolve().as_uri()}?mode=rw"

"""Opening the database so that what was committed stays, also through a power cut.

SQLite runs in WAL with `synchronous=FULL`: measured over simulated power cuts, FULL lost nothing
where NORMAL lost acknowledged commits. Builds below 3.51.3 can lose commits when the WAL is reset
(sqlite.org/wal.html#walresetbug), so a current build comes from `pysqlite3` where it has a wheel;
elsewhere an affected build falls back to the rollback journal, slower and safe.
"""

import importlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import sqlalchemy as sa

# The engine's queue would load this in a thread of its own. While half of it is loaded, statements
# of other threads fail in SQLAlchemy's `inspect`: so it is loaded before there are any.
import sqlalchemy.orm

from lib.store.opened_file import OpenedFile
from lib.store.trouble import not_written

Database: TypeAlias = sa.Engine
"""An open database, for those who only pass it on."""

BUSY_TIMEOUT_MS = 30_000
LOCK_PAUSE_S = 0.02
SAFE_WAL_FROM = (3, 51, 3)
SAFE_WAL_BRANCHES = {(3, 50): 7, (3, 44): 6}


class DatabaseUnusable(Exception):
    """The file is no database of ours, is damaged, or cannot be written."""


def open_database(path: Path) -> Database:
    """Open (or create) the SQLite file at `path`; its folder is made when missing.

    Once it is open, no other file under that name is opened, nor is one made there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    module = sqlite_build()
    engine = sa.create_engine(f"sqlite:///{path}", module=module, pool_size=20, max_overflow=40)
    journal = "wal" if has_safe_wal(module.sqlite_version_info) else "delete"
    opened = OpenedFile(path)

    @sa.event.listens_for(engine, "do_connect")
    def refuse_another(*_: Any) -> None:
        if opened.is_gone():
            error = module.OperationalError("its file was deleted or replaced")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver opens a transaction at the first change; IMMEDIATE takes the write lock there,
        # where waiting for it is still possible.
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        _set_journal(connection, journal)
        connection.execute("PRAGMA synchronous = full")
        connection.execute("PRAGMA foreign_keys = on")
        opened.remember()

    return engine


def _set_journal(connection: Any, journal: str) -> None:
    """Choose how the file keeps what is not written yet; the file remembers it.

    SQLite does not wait for its lock there, so of several that open a new file one would fail.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            return
        except Exception as error:
            is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
        threading.Event().wait(LOCK_PAUSE_S)


def open_to_read(path: Path) -> Database:
    """Open the SQLite file at `path` for reading alone, beside whoever writes it.

    Raises DatabaseUnusable when there is none.
    """
    if not path.is_file():
        raise DatabaseUnusable(f"There is no database at {path}: name Plantain's data folder.")
    module = sqlite_build()
    address = f"{path.resolve().as_uri()}?mode=ro"

    def connect() -> Any:
        return module.connect(address, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool, module=module)


# SQLite's waiting writers sleep and look again, so an unlucky one can wait for seconds while others
# pass it by. Within the process they queue up here instead.
_turn = threading.Lock()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One write transaction that holds the write lock from its start, so its reads stay true.

    Raises NotWritten when the database does not take it (locked, full, damaged, read-only).
    """
    try:
        with _turn, engine.begin() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN IMMEDIATE")
            yield db
    except sa.exc.DBAPIError as error:
        refusal = not_written(error)
        if refusal is None:
            raise
        raise refusal from error


def sqlite_build() -> ModuleType:
    """The newest SQLite at hand: the one in `pysqlite3`'s wheel, else Python's own."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3.dbapi2


def has_safe_wal(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite keeps every commit when its WAL is reset."""
    fixed_in = SAFE_WAL_BRANCHES.get(version[:2])
    return version >= SAFE_WAL_FROM or (fixed_in is not None and version[2] >= fixed_in)

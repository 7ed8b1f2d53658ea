"""Whether the database can be trusted with money: it is the file that was opened, it can be written,
and its pages are whole.

Looking costs little: a look takes the write lock for a moment and changes nothing. A page is really
written now and then, and after a write of Plantain's own has failed. The pages are read through one
table at a time, so that no reader holds up the write-ahead log for long, and not for longer than it
is told.
"""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from lib.store import database as sqlite
from lib.store.opened_file import OpenedFile
from lib.store.trouble import PRIMARY, trouble_of

LOOK_PATIENCE_S = 2.0
STEPS_BETWEEN_LOOKS = 20_000
"""Of SQLite's machine, between two questions whether to go on reading."""
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Ailment(StrEnum):
    """What can be wrong with a database."""

    GONE = "gone"
    LOCKED = "locked"
    NOT_WRITABLE = "not writable"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Finding:
    """An ailment, and SQLite's own words about it."""

    ailment: Ailment
    detail: str


class DatabaseHealth:
    """Looks after the database behind `engine`, which is open. Used from any thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._path = Path(str(engine.url.database))
        self._file = OpenedFile(self._path)
        self._file.remember()
        self._has_failed = threading.Event()
        self._seems_damaged = threading.Event()
        sa.event.listen(engine, "handle_error", self._note_failure)

    def is_gone(self) -> bool:
        """Whether the file was deleted or replaced. Asks the disk for no more than a file's number."""
        return self._file.is_gone()

    def look(self, *, writes: bool = False) -> Finding | None:
        """What is wrong with writing, found within a few seconds; None when nothing is.

        `writes`: really write a page. After a write that has failed that is done anyway.
        """
        if self.is_gone():
            return Finding(Ailment.GONE, "")
        writes = writes or self._has_failed.is_set()
        self._has_failed.clear()
        try:
            with closing(self._connect()) as db:
                db.execute("BEGIN IMMEDIATE")
                if writes:
                    _change_nothing(db)
                db.execute("COMMIT")
        except self._error as error:
            self._has_failed.set()
            return finding_of(error)
        return None

    def take_suspicion(self) -> bool:
        """Whether damage was met since the last call: then it is time to read it through."""
        if self._seems_damaged.is_set():
            self._seems_damaged.clear()
            return True
        return False

    def empty_log(self) -> None:
        """Bring all that is in the write-ahead log into the file, so that the log holds nothing.

        A log whose file is gone would be read into whatever file takes the place of that one.
        """
        with suppress(sa.exc.DBAPIError), self._engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def rescue(self, target: Path) -> bool:
        """Copy what is in a file that is gone to `target`, while it is still open somewhere.

        False when it could not be done, or `target` is there; nothing half is left then.
        """
        if target.exists():
            return False
        try:
            with self._engine.connect() as db:
                db.exec_driver_sql("VACUUM INTO ?", (str(target),))
        except sa.exc.DBAPIError:
            target.unlink(missing_ok=True)
            return False
        return True

    def read_through(self, may_go_on: Callable[[], bool]) -> Finding | None:
        """Read every page of every table and index; None when all are whole, or it had to stop."""
        try:
            with closing(self._connect()) as db:
                db.set_progress_handler(lambda: not may_go_on(), STEPS_BETWEEN_LOOKS)
                for table in _tables(db):
                    problem = _check(db, table)
                    if problem is not None:
                        return Finding(Ailment.DAMAGED, f"{table}: {problem}")
        except self._error as error:
            return finding_of(error) if error_code(error) != sqlite3.SQLITE_INTERRUPT else None
        return None

    @property
    def _error(self) -> type[Exception]:
        error: type[Exception] = sqlite.sqlite_build().Error
        return error

    def _connect(self) -> Any:
        """A connection of its own, which makes no file where none is."""
        return sqlite.sqlite_build().connect(
            f"file:{quote(str(self._path.absolute()))}?mode=rw",
            uri=True,
            timeout=LOOK_PATIENCE_S,
            isolation_level=None,
        )

    def _note_failure(self, context: sa.engine.ExceptionContext) -> None:
        code = trouble_of(context.original_exception)
        if code is not None and code & PRIMARY not in BUSY:
            self._has_failed.set()
        if code is not None and code & PRIMARY in DAMAGED:
            self._seems_damaged.set()


def finding_of(error: Exception) -> Finding:
    """What an error says about the file."""
    primary = error_code(error) & PRIMARY
    if primary in BUSY:
        return Finding(Ailment.LOCKED, str(error))
    return Finding(Ailment.DAMAGED if primary in DAMAGED else Ailment.NOT_WRITABLE, str(error))


def error_code(error: Exception) -> int:
    """SQLite's code for an error; 0 where it has none."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code if isinstance(code, int) else 0


def _change_nothing(db: Any) -> None:
    """Write a page as it was: it goes through the disk like any change."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute(f"PRAGMA user_version = {version}")


def _tables(db: Any) -> list[str]:
    rows = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    return [str(name) for (name,) in rows]


def _check(db: Any, table: str) -> str | None:
    """What SQLite has to say against a table; None when it is whole."""
    quoted = table.replace('"', '""')
    (said,) = db.execute(f'PRAGMA quick_check("{quoted}")').fetchone()
    return None if said == "ok" else str(said)

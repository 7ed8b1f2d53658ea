"""What SQLite says when the fault is the file's, the disk's or another program's, not the statement's."""

import sqlite3

import sqlalchemy as sa

from lib.domain.errors import NoRoom, NotWritten

WANT_OF_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""A full disk; and how SQLite tells of a quota or a limit to files, beside broken disks."""
TROUBLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
PRIMARY = 0xFF
"""The part of a result code that names the kind; the rest names the case (sqlite.org/rescode.html)."""


def trouble_of(error: BaseException | None) -> int | None:
    """SQLite's result code, if it is about the file; None for everything else."""
    code = getattr(error, "sqlite_errorcode", None)
    return code if isinstance(code, int) and code & PRIMARY in TROUBLE else None


def not_written(error: sa.exc.DBAPIError) -> NotWritten | None:
    """The error in words for the user; None when the statement was at fault."""
    code = trouble_of(error.orig)
    if code is None:
        return None
    kind = NoRoom if code & PRIMARY in WANT_OF_ROOM else NotWritten
    return kind(f"The database could not be written: {error.orig}.")

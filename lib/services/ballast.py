"""Room that is kept on the disk for the moment when there is no other: a file that can be given back.

Below the reserve nothing new is sent, but other programs can fill the disk while an answer is on
its way that was paid for. Then the file makes room for it: a part of it for pictures, which the API
still has for days, and the rest for what the ledger has to note.
"""

import errno
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from lib.domain.errors import NoRoom
from lib.images.errors import DiskFull

T = TypeVar("T")

BALLAST_FILE = "ballast"
"""Its name in the data folder."""
BALLAST_BYTES = 32 * 1024 * 1024
FOR_NOTES_BYTES = 8 * 1024 * 1024
"""What pictures leave of it."""
PIECE_BYTES = 1024 * 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

log = logging.getLogger(__name__)


class Ballast:
    """The file at `path`, or none. Its methods may be called from many threads."""

    def __init__(self, path: Path | None, size_bytes: int = BALLAST_BYTES) -> None:
        self._path = path
        self._size_bytes = size_bytes
        self._lock = threading.Lock()

    @property
    def missing_bytes(self) -> int:
        """How much of it is not there."""
        return 0 if self._path is None else self._size_bytes - _size_of(self._path)

    def restore(self) -> None:
        """Take the room again. Raises OSError when there is none."""
        if self._path is None or self.missing_bytes <= 0:
            return
        part = self._path.with_name(f"{self._path.name}.new")
        with self._lock:
            try:
                _allocate(part, self._size_bytes)
                os.replace(part, self._path)
            except OSError:
                part.unlink(missing_ok=True)
                raise

    def for_note(self, write: Callable[[], T]) -> T:
        """Write to the ledger; if the disk is full, once more with all of the room given back."""
        return self._write(write, 0)

    def for_picture(self, write: Callable[[], T]) -> T:
        """Keep a picture; if the disk is full, once more with a part of the room given back."""
        return self._write(write, FOR_NOTES_BYTES)

    def _write(self, write: Callable[[], T], kept_bytes: int) -> T:
        try:
            return write()
        except (NoRoom, DiskFull, OSError) as error:
            if self._path is None or not is_for_want_of_room(error):
                raise
            self._shrink(self._path, kept_bytes)
        return write()

    def _shrink(self, path: Path, kept_bytes: int) -> None:
        with self._lock, suppress(FileNotFoundError):
            if _size_of(path) <= kept_bytes:
                return
            log.warning("the disk is full: room that was kept for this is given back")
            if kept_bytes:
                os.truncate(path, kept_bytes)
            else:
                path.unlink()


NO_BALLAST = Ballast(None)


def is_for_want_of_room(error: Exception) -> bool:
    """Whether a write failed because the disk, or our share of it, is full."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, NoRoom | DiskFull)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _allocate(path: Path, size_bytes: int) -> None:
    """Make a file that really has its room, not only its length."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size_bytes)
            return
        for _ in range(0, size_bytes, PIECE_BYTES):
            # Nothing that a file system could store in less.
            os.write(descriptor, os.urandom(PIECE_BYTES))
    finally:
        os.close(descriptor)

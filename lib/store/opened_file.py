"""Whether a path still leads to the file that was opened there, by the file's number on its disk.

A file that is deleted or replaced stays as it was for those who have it open: they would go on
writing into what nobody will find again.
"""

import os
from pathlib import Path


class OpenedFile:
    """A file that is, or will be, opened at `path`. The file itself is never opened here: closing it
    would drop SQLite's locks on it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: tuple[int, int] | None = None

    def remember(self) -> None:
        """Take the file that is there now for the one that was opened, unless there was one."""
        if self._number is None:
            self._number = number_of(self._path)

    def is_gone(self) -> bool:
        """Whether the path leads to nothing or to another file. False as long as none was opened."""
        return self._number is not None and number_of(self._path) != self._number


def number_of(path: Path | int) -> tuple[int, int] | None:
    """The disk and the number of the file at a path, or behind a descriptor; None without one."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino

"""One process executes a data folder's runs; every other only serves pages.

Two executors on one SQLite file would run each other's work twice, so the first to lock the file
is the executor for as long as it lives. The system drops the lock with the process, however it ends.
"""

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOCK_FILE = "executor.lock"
"""Its name in the data folder."""


class ExecutorLock:
    """A lock on a file. It is held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock without waiting; False when another process has it."""
        if sys.platform == "win32":
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let the next process have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

"""One process executes a data folder's runs; every other only serves pages.

Two executors on one SQLite file would run each other's work twice, so the first to lock the file
is the executor for as long as it lives. The system drops the lock with the process, however it
ends. The lock is on the file and not on its name: once the file is deleted or replaced, another
process can lock the new one, so who holds it has to look whether it still counts.
"""

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOCK_FILE = "executor.lock"
"""Its name in the data folder."""
TRIES = 3
"""The file can be replaced between being opened and being locked."""


class ExecutorLock:
    """A lock on a file. It is held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether it was taken, and not let go since."""
        return self._descriptor is not None

    def acquire(self) -> bool:
        """Take the lock without waiting; False when another process has it."""
        if sys.platform == "win32":
            return True
        for _ in range(TRIES):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                return False
            if self._leads_to(descriptor):
                self._descriptor = descriptor
                return True
            os.close(descriptor)
        return False

    def is_lost(self) -> bool:
        """Whether it was taken, but its file is no longer the one that others would lock."""
        return self._descriptor is not None and not self._leads_to(self._descriptor)

    def take_again(self) -> bool:
        """After a loss: take it anew if no other process has; False when one has.

        Raises OSError when the folder is gone, or may not be written.
        """
        lost = self._descriptor
        is_taken = self.acquire()
        if is_taken and lost is not None:
            os.close(lost)
        return is_taken

    def release(self) -> None:
        """Let the next process have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _leads_to(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(descriptor))
        except OSError:
            return False

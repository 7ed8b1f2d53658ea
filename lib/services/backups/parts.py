"""What the two kinds of backup have in common, a folder and an archive: how it is written and read."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from lib.images.content_address import place
from lib.services.backups.manifest import PICTURES, Manifest

if sys.platform != "win32":
    import fcntl


class BackupFailed(Exception):
    """No backup was made; the message says why and what to do."""


class Draft(Protocol):
    """A backup while it is being written. Nothing of it counts before `finish`."""

    @property
    def database(self) -> Path:
        """Where the copy of the database is put."""

    def room_for(self, database_bytes: int, missing_bytes: int) -> int:
        """How many bytes it takes in all, with the pictures that it does not hold yet."""

    def holds(self, sha256: str, size_bytes: int) -> bool:
        """Whether the picture is in it, whole, from an earlier time."""

    def has_name(self, sha256: str) -> bool:
        """Whether a picture of that name is in it, whole or not."""

    def put(self, sha256: str, data: bytes) -> None:
        """Take a picture in."""

    def finish(self, manifest: Manifest) -> None:
        """Make it count, all at once."""


class Backup(Protocol):
    """A whole backup, to be read."""

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""

    def open(self, name: str) -> BufferedReader:
        """One of its files. Raises BackupUnusable when it is not there."""


def picture_name(sha256: str) -> str:
    """The name of a picture within a backup. Raises NotASha256."""
    return place(Path(PICTURES), sha256).as_posix()


def sha256_of(file: Path) -> str:
    """The digest of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync_file(file: Path) -> None:
    """What is in the file survives a power cut from here on."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else writes into the folder meanwhile. Raises BackupFailed when somebody does."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupFailed(f"Another backup is being written to {folder}: wait for it.") from error
    finally:
        os.close(descriptor)

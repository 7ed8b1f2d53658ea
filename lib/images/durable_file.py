"""
Files that are whole or not there, also after a power cut.

The bytes go to a temporary file, reach the disk, and only then get their name; the folder that
holds the name is synced too, since a name that is only in memory is lost with the power.
"""

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lib.images.errors import DiskFull

STALE_AFTER_S = 3600
ASIDE = ".aside"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_whole(final: Path, data: bytes, *, incoming: Path) -> None:
    """
    Write `data` so that `final` is never seen half. `incoming` holds the temporary file and must
    be on the same disk.

    Raises `DiskFull`, and `OSError` for other troubles; the temporary file is gone then.
    """
    part = incoming / f"{final.name}.{secrets.token_hex(8)}.part"
    with _said_when_full(final, len(data)):
        _make_folder(incoming)
        _make_folder(final.parent)
        try:
            _write_synced(part, data)
            os.replace(part, final)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_name(final)


def sync_name(final: Path) -> None:
    """Make sure that an existing file keeps its name through a power cut."""
    _sync_folder(final.parent)
    # Another process may have made the folder a moment ago and not have synced it yet.
    _sync_folder(final.parent.parent)


def touch(final: Path) -> bool:
    """Note that a file is wanted just now; False when it is not there any more."""
    try:
        os.utime(final)
    except FileNotFoundError:
        return False
    return True


def put_aside(final: Path, *, incoming: Path) -> Path:
    """Take a file's name away for a moment; gives where it is meanwhile."""
    _make_folder(incoming)
    aside = incoming / f"{final.name}{ASIDE}"
    os.replace(final, aside)
    return aside


def put_back(aside: Path, final: Path) -> None:
    """Give a file its name back, unless there is a new one of it."""
    if final.exists():
        aside.unlink(missing_ok=True)
        return
    with suppress(FileNotFoundError):  # another process was faster
        os.replace(aside, final)
    sync_name(final)


def is_recent(file: Path, now_ms: int) -> bool:
    """Whether the file was written or touched within the last hour."""
    return file.stat().st_mtime > now_ms / 1000 - STALE_AFTER_S


def found_aside(incoming: Path) -> list[Path]:
    """What is aside though nobody may be about to put it back."""
    return list(incoming.glob(f"*{ASIDE}"))


def sweep(incoming: Path, now_ms: int) -> int:
    """Remove what writers that died left in `incoming` over an hour ago; answers how many files."""
    if not incoming.is_dir():
        return 0
    oldest_s = now_ms / 1000 - STALE_AFTER_S
    return sum(_removed_if_older(part, oldest_s) for part in incoming.glob("*.part"))


def _removed_if_older(part: Path, oldest_s: float) -> bool:
    with suppress(FileNotFoundError):
        if part.stat().st_mtime < oldest_s:
            part.unlink()
            return True
    return False


def _write_synced(part: Path, data: bytes) -> None:
    fd = os.open(part, _NEW_FILE, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]
        os.fsync(fd)
    finally:
        os.close(fd)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        os.mkdir(folder)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # Windows opens no folders; NTFS journals names by itself
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _said_when_full(final: Path, size_bytes: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull(
            f"No room for {size_bytes:,} bytes in {final.parent}. Free some space and try again."
        ) from error

"""
The pictures as they were bought, byte for byte, each named by its sha256.

Bytes that are no picture are kept as well: they were paid for.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lib.images import durable_file
from lib.images.content_address import place
from lib.images.errors import OriginalDamaged, OriginalMissing


@dataclass(frozen=True, slots=True)
class Original:
    """A kept picture: its name, which is the sha256 of its bytes, and its size."""

    sha256: str
    size_bytes: int


class Originals(Protocol):
    """Where originals are kept: a folder, or later an object store."""

    def put(self, data: bytes) -> Original:
        """Keep the bytes; when this returns, a power cut cannot take them. Safe to repeat."""

    def read(self, sha256: str) -> bytes:
        """The bytes, checked. Raises `NotASha256`, `OriginalMissing`, `OriginalDamaged`."""

    def verify(self, sha256: str) -> None:
        """Raises what `read` would, without holding the bytes in memory."""


@dataclass(frozen=True, slots=True)
class FolderOriginals:
    """Originals in a folder, as `root/ab/abcd…`. Threads and processes may share it."""

    root: Path

    def put(self, data: bytes) -> Original:
        """
        Keep the bytes. The same bytes twice are one file; a damaged one is replaced.

        Raises `DiskFull`, and `OSError` for other troubles; nothing half is left then.
        """
        original = Original(hashlib.sha256(data).hexdigest(), len(data))
        final = self.path(original.sha256)
        if _holds(final, original) and durable_file.touch(final):
            # The writer before us may have died between naming the file and syncing the name.
            durable_file.sync_name(final)
        else:
            durable_file.write_whole(final, data, incoming=self._incoming)
        return original

    def remove(self, sha256: str, is_needed: Callable[[str], bool], now_ms: int) -> bool:
        """
        Let the picture go, unless it is needed; answers whether it is gone.

        Somebody may be about to keep the same bytes and not have said so yet. So it is put aside
        first and then asked about, and one that was kept within the last hour stays.
        """
        final = self.path(sha256)
        if is_needed(sha256) or not final.exists():
            return False
        aside = durable_file.put_aside(final, incoming=self._incoming)
        if is_needed(sha256) or durable_file.is_recent(aside, now_ms):
            durable_file.put_back(aside, final)
            return False
        # Missing when a process that just starts has put it back: then it stays.
        aside.unlink(missing_ok=True)
        return not final.exists()

    def path(self, sha256: str) -> Path:
        """Where that picture is, or would be. Raises `NotASha256`."""
        return place(self.root, sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes, checked. Raises `NotASha256`, `OriginalMissing`, `OriginalDamaged`."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise _missing(sha256) from error
        _compare(sha256, hashlib.sha256(data).hexdigest())
        return data

    def verify(self, sha256: str) -> None:
        """Raises `NotASha256`, `OriginalMissing` or `OriginalDamaged`, or returns: all is well."""
        try:
            found = _digest(self.path(sha256))
        except FileNotFoundError as error:
            raise _missing(sha256) from error
        _compare(sha256, found)

    def sweep(self, now_ms: int) -> int:
        """Remove temporary files over an hour old (`now_ms`: UTC); answers how many.

        What was put aside by a process that died goes back to its place.
        """
        for aside in durable_file.found_aside(self._incoming):
            durable_file.put_back(aside, self.path(aside.stem))
        return durable_file.sweep(self._incoming, now_ms)

    @property
    def _incoming(self) -> Path:
        return self.root / "incoming"


def _holds(final: Path, original: Original) -> bool:
    try:
        same_size = final.stat().st_size == original.size_bytes
        return same_size and _digest(final) == original.sha256
    except FileNotFoundError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compare(sha256: str, found: str) -> None:
    if found != sha256:
        raise OriginalDamaged(
            f"The picture {sha256} has changed on the disk (its bytes now hash to {found}). "
            "Restore it from a backup, or download it again."
        )


def _missing(sha256: str) -> OriginalMissing:
    return OriginalMissing(
        f"The picture {sha256} is not here. Restore it from a backup, or download it again."
    )

"""A zip that somebody brings: looked through before anything of it is believed, never unpacked."""

import hashlib
import json
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lib.domain.errors import PlantainError
from lib.services.taking_away.manifest import FORMAT, MANIFEST, MANIFEST_CSV, VERSION

MOST_FILES = 500_000
LARGEST_PICTURE = 68 * 1024 * 1024
"""What is downloaded at most, and its record."""
LONGEST_LINE = 16 * 1024 * 1024
LARGEST_LIST = 4 * 1024**3
SMALLEST_SHARE = 200
"""A picture packs to no less than this part of itself: what packs better is a bomb."""
SHEET = re.compile(r"contact-sheet(-[0-9]+)?\.html", re.ASCII)
UNREADABLE = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class NotBroughtIn(PlantainError):
    """The file is none that runs can be brought in from; the message says why."""


class OpenedZip:
    """A zip of runs whose names and sizes have been looked through. Raises NotBroughtIn."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._zip = ZipFile(file)
        except UNREADABLE as error:
            raise NotBroughtIn(f"This is no whole zip: {error}.") from error
        found = self._zip.infolist()
        if len(found) > MOST_FILES:
            raise NotBroughtIn(f"The zip has more than {MOST_FILES:,} files.")
        self._files = {info.filename: info for info in found if not info.is_dir()}
        if len({info.filename for info in found}) < len(found):
            raise NotBroughtIn("The zip has two files of the same name.")
        for info in found:
            _check(info)
        if MANIFEST not in self._files:
            raise NotBroughtIn(f"The zip has no {MANIFEST}: it is not Plantain's, or broken off.")

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """The runs of the manifest, one at a time."""
        for line in self.lines():
            entry = _json(line.removesuffix(","))
            if not isinstance(entry, dict):
                raise NotBroughtIn(f"{MANIFEST} has a line that is no run.")
            yield entry

    def lines(self) -> Iterator[str]:
        """The lines of the manifest that have a run each, not read yet."""
        lines = self._lines()
        _check_head(next(lines, ""))
        for line in lines:
            if line == "]}":
                return
            yield line
        raise NotBroughtIn(f"{MANIFEST} has no end: it is broken off.")

    def read(self, name: str, sha256: object) -> bytes:
        """A file of that hash."""
        try:
            with self._zip.open(self._files[name]) as file:
                data = file.read(LARGEST_PICTURE + 1)
        except UNREADABLE as error:
            raise NotBroughtIn(f"{name} cannot be read: {error}.") from error
        if len(data) > LARGEST_PICTURE:
            raise NotBroughtIn(f"{name} is larger than any picture.")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise NotBroughtIn(f"{name} is not what {MANIFEST} says: its sha256 differs.")
        return data

    def has(self, name: object) -> bool:
        return isinstance(name, str) and name in self._files

    def check_nothing_else(self, named: set[str]) -> None:
        """Raises NotBroughtIn when there are files that no run names."""
        for name in self._files:
            if (
                name not in named
                and name not in (MANIFEST, MANIFEST_CSV)
                and not SHEET.fullmatch(name)
            ):
                raise NotBroughtIn(f"{name!r} belongs to no run: take it out of the zip.")

    def _lines(self) -> Iterator[str]:
        info = self._files[MANIFEST]
        if info.file_size > LARGEST_LIST:
            raise NotBroughtIn(f"{MANIFEST} is too large.")
        try:
            with self._zip.open(info) as file:
                while line := file.readline(LONGEST_LINE + 1):
                    if len(line) > LONGEST_LINE:
                        raise NotBroughtIn(f"{MANIFEST} has a line that is too long.")
                    yield line.decode().rstrip("\r\n")
        except UNREADABLE as error:
            raise NotBroughtIn(f"{MANIFEST} cannot be read: {error}.") from error


def _check(info: ZipInfo) -> None:
    name = info.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0-\x1f]", info.orig_filename):
        raise NotBroughtIn(f"{name[:200]!r} is no name for a file in a zip.")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise NotBroughtIn(f"{name!r} is a link or a device, not a file.")
    if info.flag_bits & 1:
        raise NotBroughtIn(f"{name!r} is encrypted.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise NotBroughtIn(f"{name!r} is packed in a way that Plantain does not read.")
    is_picture = name.startswith("pictures/")
    if is_picture and info.file_size > LARGEST_PICTURE:
        raise NotBroughtIn(f"{name!r} is larger than any picture.")
    if is_picture and info.file_size > SMALLEST_SHARE * info.compress_size + 1_000_000:
        raise NotBroughtIn(f"{name!r} would unpack to far more than it is.")


def _check_head(line: str) -> None:
    head = _json(line + "]}") if line.endswith('"runs": [') else None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise NotBroughtIn(f"{MANIFEST} is not one of Plantain's.")
    if head.get("version") != VERSION:
        raise NotBroughtIn("The zip is from a newer Plantain: bring this one up to date first.")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotBroughtIn(f"{MANIFEST} has a line that is no JSON.") from error

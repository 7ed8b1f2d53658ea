"""Putting pictures with their records, and texts, into a zip that is sent while it is made."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lib.images.rebuilding import pieces_of
from lib.services.pictures import PictureService
from lib.services.taking_away.manifest import Filed

MIME = "application/zip"
LOST: Filed = {"file": None, "file_sha256": None, "file_bytes": None, "original": None}
OPEN_TO_ALL_READERS = 0o644 << 16


class ZipOfPictures:
    """Puts files into a zip. `moment`: when it is made, as ISO 8601; its day is that of the files."""

    def __init__(self, zipped: ZipFile, pictures: PictureService, moment: str) -> None:
        self._zip = zipped
        self._pictures = pictures
        self._moment = moment

    def add_picture(self, name: str, run_id: str, picture: Mapping[str, Any]) -> Filed:
        """The picture as a download; what a manifest says of it. A lost one has no file."""
        sha256 = picture["sha256"]
        found = self._pictures.with_record(sha256, run_id)
        place = self._pictures.kept(sha256)
        if found is None or place is None:
            return LOST
        original, data = place.read_bytes(), found.data
        pieces = pieces_of(original, data)
        if pieces is None:
            pieces, data = [[0, len(original)]], original
        self.add_stored(name, data)
        return {
            "file": name,
            "file_sha256": hashlib.sha256(data).hexdigest(),
            "file_bytes": len(data),
            "original": pieces,
        }

    def add_stored(self, name: str, data: bytes) -> None:
        """What is compressed already, as it is."""
        self._zip.writestr(self._info(name, ZIP_STORED), data)

    def add_text(self, name: str, chunks: Iterable[bytes]) -> None:
        """A text, compressed."""
        for _ in self.adding_text(name, chunks):
            pass

    def adding_text(self, name: str, chunks: Iterable[bytes]) -> Iterator[None]:
        """A text, compressed, which takes its time: after each part of it others may go on."""
        with self._zip.open(self._info(name, ZIP_DEFLATED), "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)
                yield

    def _info(self, name: str, compression: int) -> ZipInfo:
        year, month, day = (int(part) for part in self._moment[:10].split("-"))
        info = ZipInfo(name, (year, month, day, 0, 0, 0))
        info.compress_type = compression
        info.external_attr = OPEN_TO_ALL_READERS
        return info

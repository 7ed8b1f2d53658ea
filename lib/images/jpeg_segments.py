"""How a JPEG is built of segments: marker, length, body; then scans (ITU-T T.81, annex B)."""

import re
import struct
from dataclasses import dataclass

from lib.images.errors import CutOff, Damaged

START_OF_SCAN = 0xDA
COMMENT = 0xFE
_END_OF_IMAGE = 0xD9
# All of C0 to CF start a frame but the tables DHT (C4) and DAC (CC), and the reserved C8.
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_BODY = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_END_OF_SCAN_DATA = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
# A progressive picture has about ten; thousands of empty ones would keep a decoder busy for hours.
_MAX_SCANS = 100


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's marker and where it stands in the file, marker and length included."""

    marker: int
    start: int
    end: int

    @property
    def body(self) -> slice:
        """Where its body stands in the file."""
        return slice(self.start + 4, self.end)


def segments(data: bytes) -> list[Segment]:
    """All segments up to and with the first start of scan. Raises `CutOff`, `Damaged`."""
    found: list[Segment] = []
    start = 2
    while not found or found[-1].marker != START_OF_SCAN:
        segment = _segment_at(data, start)
        if segment.marker == _END_OF_IMAGE:
            raise Damaged("The JPEG ends before its first scan.")
        found.append(segment)
        start = segment.end
    return found


def make(marker: int, body: bytes) -> bytes:
    """A segment with its length. The body has at most 65,533 bytes."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def size(data: bytes) -> tuple[int, int]:
    """Width and height, once the file proves to have its end. Raises `CutOff`, `Damaged`."""
    found = segments(data)
    _find_end(data, found[-1])
    frames = [segment for segment in found if segment.marker in _START_OF_FRAME]
    if len(frames) != 1 or frames[0].end - frames[0].start < 9:
        raise Damaged("The JPEG does not say its size once.")
    height, width = struct.unpack_from(">HH", data, frames[0].start + 5)
    return width, height


def _segment_at(data: bytes, start: int) -> Segment:
    if start < len(data) and data[start] != 0xFF:
        raise Damaged(f"The JPEG has no marker at byte {start:,}, where one must be.")
    while data[start + 1 : start + 2] == b"\xff":  # fill bytes
        start += 1
    if start + 4 > len(data) and data[start + 1 : start + 2] != b"\xd9":
        raise CutOff("The JPEG ends before its picture does.")
    marker = data[start + 1]
    if marker == _END_OF_IMAGE:
        return Segment(marker, start, start + 2)
    if marker in _WITHOUT_BODY:
        raise Damaged(f"The JPEG has the marker {marker:02X} at byte {start:,}, out of place.")
    (length,) = struct.unpack_from(">H", data, start + 2)
    if length < 2:
        raise Damaged(f"The JPEG's segment at byte {start:,} says it is shorter than its length.")
    if start + 2 + length > len(data):
        raise CutOff("The JPEG ends within a segment.")
    return Segment(marker, start, start + 2 + length)


def _find_end(data: bytes, first_scan: Segment) -> None:
    scans, segment = 1, first_scan
    while segment.marker != _END_OF_IMAGE:
        start = segment.end
        if segment.marker == START_OF_SCAN:
            start = _end_of_scan_data(data, start)
        segment = _segment_at(data, start)
        scans += segment.marker == START_OF_SCAN
        if scans > _MAX_SCANS:
            raise Damaged(f"The JPEG has more than {_MAX_SCANS} scans.")


def _end_of_scan_data(data: bytes, start: int) -> int:
    marker = _END_OF_SCAN_DATA.search(data, start)
    if marker is None:
        raise CutOff("The JPEG ends within its picture.")
    return marker.start()

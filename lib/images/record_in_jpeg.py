"""
The record inside a JPEG: comment segments, each with its number, `plantain:1/2:…`.

A segment holds at most 65,533 bytes, and a prompt alone can have three times as many.
"""

import re

from lib.images import jpeg_segments
from lib.images.jpeg_segments import COMMENT, Segment
from lib.images.splice import splice

_PART = re.compile(rb"plantain:(\d{1,4})/(\d{1,4}):")
_PART_BYTES = 65_000
_MULTI_PICTURE = b"MPF\0"
_APPLICATION = range(0xE0, 0xF0)


def put(data: bytes, text: bytes) -> bytes:
    """The same JPEG with `text` as its only record. Raises `CutOff`, `Damaged`."""
    found = jpeg_segments.segments(data)
    ours = [(old.start, old.end) for old in found if _part(data, old)]
    return splice(data, cut=ours, at=_place(data, found), put=_comments(text))


def take(data: bytes) -> bytes | None:
    """The record's text, if all its parts are there. Raises `CutOff`, `Damaged`."""
    parts: dict[int, bytes] = {}
    total = 0
    for segment in jpeg_segments.segments(data):
        if part := _part(data, segment):
            total = int(part[2])
            parts[int(part[1])] = data[segment.start + 4 + part.end() : segment.end]
    whole = sorted(parts) == list(range(1, total + 1))
    return b"".join(parts[number] for number in sorted(parts)) if parts and whole else None


def _part(data: bytes, segment: Segment) -> re.Match[bytes] | None:
    return _PART.match(data[segment.body]) if segment.marker == COMMENT else None


def _comments(text: bytes) -> bytes:
    parts = [text[start : start + _PART_BYTES] for start in range(0, len(text), _PART_BYTES)]
    return b"".join(
        jpeg_segments.make(COMMENT, b"plantain:%d/%d:" % (number, len(parts)) + part)
        for number, part in enumerate(parts, start=1)
    )


def _place(data: bytes, found: list[Segment]) -> int:
    """
    After the leading APPn and comments: JFIF and EXIF want to be first. But before the index of
    further pictures, whose offsets count from the index itself.
    """
    for segment in found:
        leading = segment.marker in _APPLICATION or segment.marker == COMMENT
        if not leading or data[segment.body].startswith(_MULTI_PICTURE):
            return segment.start
    return found[-1].start

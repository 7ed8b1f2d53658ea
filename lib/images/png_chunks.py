"""How a PNG is built of chunks: length, kind, body, CRC (W3C PNG, third edition, section 5)."""

import struct
import zlib
from dataclasses import dataclass

from lib.images.errors import CutOff, Damaged

_MAX_CHUNKS = 100_000  # a real 40 Mpx picture has a few thousand
_SIGNATURE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's kind and where it stands in the file, with its length and its CRC."""

    kind: bytes
    start: int
    end: int

    @property
    def body(self) -> slice:
        """Where its body stands in the file."""
        return slice(self.start + 8, self.end - 4)


def chunks(data: bytes) -> list[Chunk]:
    """All chunks up to IEND; what follows IEND is no part of the picture. Raises `NotAPicture`s."""
    found: list[Chunk] = []
    start = _SIGNATURE_BYTES
    while not found or found[-1].kind != b"IEND":
        if start + 12 > len(data):
            raise CutOff("The PNG ends before its IEND chunk.")
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            raise CutOff(f"The PNG ends within its {kind!r} chunk.")
        found.append(Chunk(kind, start, end))
        if len(found) > _MAX_CHUNKS:
            raise Damaged(f"The PNG has more than {_MAX_CHUNKS:,} chunks.")
        start = end
    return found


def make(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and CRC."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def size(data: bytes) -> tuple[int, int]:
    """Width and height, once the file proves whole and each CRC true. Raises `NotAPicture`s."""
    found = chunks(data)
    head = found[0]
    if head.kind != b"IHDR" or head.end - head.start != 12 + 13:
        raise Damaged("The PNG does not begin with its IHDR chunk.")
    _check_crcs(data, found)
    width, height = struct.unpack_from(">II", data, head.start + 8)
    return width, height


def _check_crcs(data: bytes, found: list[Chunk]) -> None:
    view = memoryview(data)
    for chunk in found:
        (claimed,) = struct.unpack_from(">I", data, chunk.end - 4)
        if zlib.crc32(view[chunk.start + 4 : chunk.end - 4]) != claimed:
            raise Damaged(f"The PNG's {chunk.kind!r} chunk has a wrong CRC: bytes have changed.")

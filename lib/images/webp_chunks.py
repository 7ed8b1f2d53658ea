"""How a WebP is built of RIFF chunks: kind, length, body, padding (RFC 9649)."""

import struct
from dataclasses import dataclass

from lib.images.errors import CutOff, Damaged

_MAX_CHUNKS = 100_000
_RIFF_HEADER_BYTES = 12
_KEY_FRAME_START = b"\x9d\x01\x2a"
_LOSSLESS_START = 0x2F
_ALPHA_BIT = 1 << 28


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's kind and where it stands in the file; `end` is that of its body, unpadded."""

    kind: bytes
    start: int
    end: int

    @property
    def body(self) -> slice:
        """Where its body stands in the file."""
        return slice(self.start + 8, self.end)


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a picture, and whether it may be see-through."""

    width: int
    height: int
    has_alpha: bool


def riff_end(data: bytes) -> int:
    """Where the RIFF container ends by its own word. Raises `CutOff`."""
    if len(data) < _RIFF_HEADER_BYTES:
        raise CutOff("The WebP ends within its header.")
    (length,) = struct.unpack_from("<I", data, 4)
    if 8 + length > len(data):
        raise CutOff(f"The WebP has {len(data):,} bytes of the {8 + length:,} it says it has.")
    return int(8 + length)


def chunks(data: bytes) -> list[Chunk]:
    """All chunks, the picture's own first. Raises `CutOff`, `Damaged`."""
    stop = riff_end(data)
    found: list[Chunk] = []
    start = _RIFF_HEADER_BYTES
    while start + 8 <= stop:
        kind, length = struct.unpack_from("<4sI", data, start)
        end = start + 8 + length
        if end > stop or len(found) == _MAX_CHUNKS:
            raise Damaged(f"The WebP's {kind!r} chunk does not fit into the file.")
        found.append(Chunk(kind, start, end))
        start = end + length % 2
    if not found:
        raise Damaged("The WebP holds no picture.")
    return found


def make(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and padding."""
    return struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2)


def join(parts: list[bytes | memoryview]) -> bytes:
    """A WebP of these chunks, each with its padding."""
    length = 4 + sum(len(part) for part in parts)
    return b"".join([struct.pack("<4sI4s", b"RIFF", length, b"WEBP"), *parts])


def size(data: bytes) -> tuple[int, int]:
    """Width and height, once the file proves to be all there. Raises `CutOff`, `Damaged`."""
    shown = canvas(data, chunks(data)[0])
    return shown.width, shown.height


def canvas(data: bytes, first: Chunk) -> Canvas:
    """What the first chunk says about the picture. Raises `Damaged`."""
    body = data[first.start + 8 : min(first.end, first.start + 18)]
    if first.kind == b"VP8X" and len(body) == 10:
        width, height = (int.from_bytes(part, "little") + 1 for part in (body[4:7], body[7:10]))
        return Canvas(width, height, bool(body[0] & 0x10))
    if first.kind == b"VP8 " and body[3:6] == _KEY_FRAME_START and len(body) == 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return Canvas(width & 0x3FFF, height & 0x3FFF, has_alpha=False)
    if first.kind == b"VP8L" and len(body) >= 5 and body[0] == _LOSSLESS_START:
        (bits,) = struct.unpack_from("<I", body, 1)
        return Canvas((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits & _ALPHA_BIT))
    raise Damaged(f"The WebP begins with {first.kind!r}, which is no picture.")

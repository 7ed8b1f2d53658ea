"""
The record inside a WebP: a property in its XMP chunk (RFC 9649, section 2.7.1.5).

A plain file becomes an extended one (VP8X), which alone may carry XMP. XMP that is there already
is kept and the record merged into it; if it cannot be read, it stays and a second chunk follows.
"""

from lib.images import webp_chunks, xmp_packet
from lib.images.webp_chunks import Chunk

_XMP = b"XMP "
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10


def put(data: bytes, text: bytes) -> bytes:
    """The same WebP with `text` as its only record. Raises `CutOff`, `Damaged`."""
    found = webp_chunks.chunks(data)
    others = [chunk for chunk in found if chunk.kind not in {_XMP, b"VP8X"}]
    parts: list[bytes | memoryview] = [_extended_header(data, found[0])]
    parts += [_padded(data, chunk) for chunk in others]
    parts += [webp_chunks.make(_XMP, packet) for packet in _packets(data, found, text.decode())]
    return webp_chunks.join(parts) + data[webp_chunks.riff_end(data) :]


def take(data: bytes) -> bytes | None:
    """The record's text, if there is one. Raises `CutOff`, `Damaged`."""
    for chunk in reversed(webp_chunks.chunks(data)):
        if chunk.kind == _XMP:
            text = xmp_packet.record_of(data[chunk.body])
            if text is not None:
                return text.encode()
    return None


def _extended_header(data: bytes, first: Chunk) -> bytes:
    canvas = webp_chunks.canvas(data, first)
    if first.kind == b"VP8X":
        body = data[first.body]
        return webp_chunks.make(b"VP8X", bytes([body[0] | _XMP_FLAG]) + body[1:])
    flags = _XMP_FLAG | (_ALPHA_FLAG if canvas.has_alpha else 0)
    sides = ((side - 1).to_bytes(3, "little") for side in (canvas.width, canvas.height))
    return webp_chunks.make(b"VP8X", bytes([flags, 0, 0, 0]) + b"".join(sides))


def _packets(data: bytes, found: list[Chunk], text: str) -> list[bytes]:
    cleaned = [xmp_packet.without_record(data[old.body]) for old in found if old.kind == _XMP]
    kept = [packet for packet in cleaned if packet != xmp_packet.EMPTY]
    if kept and (merged := xmp_packet.with_record(kept[0], text)):
        return [merged, *kept[1:]]
    ours = xmp_packet.with_record(xmp_packet.EMPTY, text)
    return kept if ours is None else [*kept, ours]


def _padded(data: bytes, chunk: Chunk) -> bytes:
    return data[chunk.start : chunk.end] + bytes((chunk.end - chunk.start) % 2)

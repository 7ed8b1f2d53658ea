"""PNG in a fraction of the time: one simple filter for all rows, deflated in parallel strips.

A 4K picture takes Pillow about 0.8 s, most of it to choose among five filters for every row, and
it uses one core. "Up" for all rows gives smaller files here, and strips that end in a full flush
may be deflated side by side and simply joined (RFC 1950, 1951; PNG specification 9 and 10).
"""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2
_STRIP = 256
_ZLIB_HEADER = b"\x78\x01"


def png_bytes(image: Image.Image, software: str) -> bytes:
    """An RGB picture as a PNG file whose "Software" text says what made it."""
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 0)
    note = b"Software\x00" + software.encode("latin-1")
    parts = [_chunk(b"IHDR", header), _chunk(b"tEXt", note)]
    parts.append(_chunk(b"IDAT", _deflated(np.asarray(image))))
    return _SIGNATURE + b"".join(parts) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _deflated(pixels: NDArray[np.uint8]) -> bytes:
    filtered = _filtered(pixels.reshape(len(pixels), -1))
    strips = [filtered[top : top + _STRIP] for top in range(0, len(filtered), _STRIP)]
    ends = [zlib.Z_FULL_FLUSH] * (len(strips) - 1) + [zlib.Z_FINISH]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(_strip, strips, ends))
    return b"".join([_ZLIB_HEADER, *done, struct.pack(">I", zlib.adler32(filtered.data))])


def _filtered(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every row less the row above it, behind the number of that filter."""
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered


def _strip(rows: NDArray[np.uint8], end: int) -> bytes:
    deflate = zlib.compressobj(level=1, wbits=-zlib.MAX_WBITS)
    return deflate.compress(rows.data) + deflate.flush(end)

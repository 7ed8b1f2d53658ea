"""Real picture files to test with, made on the spot."""

import random
import struct
import zlib
from io import BytesIO

from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def noise(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture that hardly compresses, the same each time."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(
        mode, (width, height), random.Random(7).randbytes(width * height * channels)
    )


def picture(
    format_: str, width: int = 64, height: int = 48, *, mode: str = "RGB", **how: object
) -> bytes:
    """The bytes of `noise` as a file."""
    return saved(noise(width, height, mode), format_, **how)


def saved(image: Image.Image, format_: str, **how: object) -> bytes:
    file = BytesIO()
    image.save(file, format_, **how)
    return file.getvalue()


def pixels(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Mode, size and bytes of the decoded picture."""
    with Image.open(BytesIO(data)) as image:
        return image.mode, image.size, image.tobytes()


def bomb(side: int = 13_000) -> bytes:
    """A whole, valid RGB PNG of some 500 KB that takes 500 MB and more to decode."""
    deflate = zlib.compressobj(1)
    rows = bytes(100 * (1 + 3 * side))
    body = b"".join(deflate.compress(rows) for _ in range(side // 100)) + deflate.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in chunks)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

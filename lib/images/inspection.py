"""
What a file of a stranger really is, found out without trusting it.

First the container is walked: its format, whether its end is there, how many pixels it has. Only a
picture of at most `MAX_IMAGE_PIXELS` is then decoded. Pillow alone would load a PNG that lacks its
end, a JPEG that lacks its last rows, and 660 MB of pixels from a file of 480 KB.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from lib.images import jpeg_segments, png_chunks, webp_chunks
from lib.images.errors import Damaged, TooManyPixels
from lib.images.formats import JPEG, PNG, WEBP, mime_of

MAX_IMAGE_PIXELS = 40_000_000  # 4K of the widest shapes has about 17 million

_SIZES = {PNG: png_chunks.size, JPEG: jpeg_segments.size, WEBP: webp_chunks.size}
_OPENERS: dict[str, type[ImageFile.ImageFile]] = {
    PNG: PngImagePlugin.PngImageFile,
    JPEG: JpegImagePlugin.JpegImageFile,
    WEBP: WebPImagePlugin.WebPImageFile,
}
# What Pillow raises for broken bytes. Warning: for those who turn warnings into errors.
UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError,
    AssertionError, RuntimeError, ArithmeticError, struct.error, zlib.error,
    Image.DecompressionBombError, Warning,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture is: the media type its bytes have, and its size in pixels as stored."""

    mime: str
    width: int
    height: int


def inspect(data: bytes) -> PictureFacts:
    """
    The facts of a whole picture, after decoding it once (up to 160 MB for a while: let no more of
    these run at a time than there are cores).

    A file that was closed properly over missing rows passes: decoders fill them, and tell nobody.

    Raises `UnknownFormat`, `CutOff`, `Damaged`, `TooManyPixels`: all of them `NotAPicture`.
    """
    facts = measure(data)
    image = open_measured(data, facts)
    try:
        image.load()
    except UNREADABLE as error:
        raise Damaged(f"The pixels of the {facts.mime} cannot be read: {error}") from error
    return facts


def measure(data: bytes) -> PictureFacts:
    """The facts by the word of the container, nothing decoded. Raises like `inspect`."""
    mime = mime_of(data)
    width, height = _SIZES[mime](data)
    if not width or not height:
        raise Damaged(f"The {mime} has no pixels: {width} x {height}.")
    if width * height > MAX_IMAGE_PIXELS:
        raise TooManyPixels(
            f"The {mime} has {width:,} x {height:,} pixels; Plantain shows pictures of at most "
            f"{MAX_IMAGE_PIXELS // 1_000_000} megapixels. The original can still be downloaded."
        )
    return PictureFacts(mime, width, height)


def open_measured(data: bytes, facts: PictureFacts) -> ImageFile.ImageFile:
    """
    The picture, opened and not yet decoded. Raises `Damaged`.

    The format's own class is used and not `Image.open`: that one obeys a limit that is the same for
    the whole process, and warns where `measure` refuses.
    """
    try:
        image = _OPENERS[facts.mime](BytesIO(data))
    except UNREADABLE as error:
        raise Damaged(f"The {facts.mime} cannot be opened: {error}") from error
    if image.size != (facts.width, facts.height):
        raise Damaged(
            f"The {facts.mime} says two sizes: {facts.width} x {facts.height} and {image.size}."
        )
    return image

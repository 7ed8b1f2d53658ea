"""The formats of pictures that Plantain takes, told by their bytes and never by a claimed type."""

from lib.images.errors import UnknownFormat

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"

EXTENSIONS = {PNG: "png", JPEG: "jpg", WEBP: "webp"}


def mime_of(data: bytes) -> str:
    """The media type of the bytes. Raises `UnknownFormat`."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    raise UnknownFormat(
        f"The {len(data):,} bytes are no PNG, JPEG or WebP: they begin with {data[:16]!r}."
    )

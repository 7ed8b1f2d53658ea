"""Read a `data:` URI (RFC 2397), as the API gives it with `sync_mode`."""

import base64
import re
from urllib.parse import unquote_to_bytes

BASE64 = re.compile(r";\s*base64\s*$", re.IGNORECASE)
URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_data_uri(url: str) -> bool:
    return url[:5].lower() == "data:"


def read_data_uri(uri: str, *, largest_bytes: int) -> bytes:
    """The bytes that `uri` holds. ValueError when it is malformed or holds more than allowed."""
    head, comma, data = uri.partition(",")
    if not comma:
        raise ValueError("the data URI has no data")
    if len(data) > 4 * largest_bytes:
        raise ValueError("the data URI is too large")
    content = unquote_to_bytes(data)
    if BASE64.search(head):
        content = _from_base64(content)
    if len(content) > largest_bytes:
        raise ValueError("the data URI is too large")
    return content


def _from_base64(encoded: bytes) -> bytes:
    """Line breaks, a missing padding and the URL-safe alphabet are taken; other signs are not."""
    digits = b"".join(encoded.split()).translate(URL_SAFE).rstrip(b"=")
    return base64.b64decode(digits + b"=" * (-len(digits) % 4), validate=True)

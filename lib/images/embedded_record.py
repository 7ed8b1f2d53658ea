"""
What was really sent, inside the picture that came of it.

A downloaded picture says by itself how it was made, for whoever finds it years later. Nothing is
encoded anew: every pixel and every other part of the file stays as it was, byte for byte. (So the
file is no longer the one that was bought, and a signature over the whole file, as content
credentials have it, no longer fits. The original stays beside it, untouched.)

PNG: iTXt chunk `plantain`. JPEG: comments `plantain:1/1:…`. WebP: XMP property `plantain:record`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from lib.images import record_in_jpeg, record_in_png, record_in_webp
from lib.images.errors import NotAPicture, RecordRefused
from lib.images.formats import JPEG, PNG, WEBP, mime_of

MAX_RECORD_BYTES = 4_000_000  # usual readers of PNG pass over a chunk of 8 MB

_PUT = {PNG: record_in_png.put, JPEG: record_in_jpeg.put, WEBP: record_in_webp.put}
_TAKE = {PNG: record_in_png.take, JPEG: record_in_jpeg.take, WEBP: record_in_webp.take}
# Characters that UTF-8 or XML cannot carry, or that readers take for the end of a line.
_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def embed(data: bytes, record: Mapping[str, Any]) -> bytes:
    """
    The same picture carrying `record`; a record it carried before is replaced.

    Bytes that are no PNG, JPEG or WebP, or a broken one, come back as they are: whatever was paid
    for can be downloaded. Raises `RecordRefused` if the record is not JSON or over 4 MB.
    """
    text = _text(record)
    try:
        return _PUT[mime_of(data)](data, text)
    except NotAPicture:
        return data


def extract(data: bytes) -> dict[str, Any] | None:
    """
    The record a picture carries, or None. Never raises: strangers' files come here too.

    It comes back as JSON has it: a tuple as a list, two halves of a surrogate pair as one
    character.
    """
    try:
        text = _TAKE[mime_of(data)](data)
        record = json.loads(text) if text is not None else None
    except (NotAPicture, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _text(record: Mapping[str, Any]) -> bytes:
    try:
        text = _json(dict(record))
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordRefused(f"{_culprit(record)} of the record is not JSON: {error}") from error
    if len(text) > MAX_RECORD_BYTES:
        raise RecordRefused(
            f"The record has {len(text):,} bytes as JSON; a picture carries {MAX_RECORD_BYTES:,}. "
            "Leave its longest field out."
        )
    return text


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _culprit(record: Mapping[str, Any]) -> str:
    for field, value in record.items():
        try:
            _json({field: value})
        except (TypeError, ValueError, RecursionError):
            return f"The field {field!r}"
    return "A part"

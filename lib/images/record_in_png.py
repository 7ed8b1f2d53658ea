"""
The record inside a PNG: an iTXt chunk with the keyword `plantain` (W3C PNG, section 11.3.3.3).

It stands before the pixels, so that a reader has it as soon as the file is opened.
"""

from lib.images import png_chunks
from lib.images.png_chunks import Chunk
from lib.images.splice import splice

_KEYWORD = b"plantain\0"
_PLAIN = b"\0\0"  # not compressed
_NO_LANGUAGE = b"\0\0"  # neither a language nor a translated keyword


def put(data: bytes, text: bytes) -> bytes:
    """The same PNG with `text` (UTF-8 without NUL) as its only record. Raises `NotAPicture`s."""
    found = png_chunks.chunks(data)
    chunk = png_chunks.make(b"iTXt", _KEYWORD + _PLAIN + _NO_LANGUAGE + text)
    pixels = next(chunk for chunk in found if chunk.kind in {b"IDAT", b"IEND"})
    ours = [(old.start, old.end) for old in found if _is_ours(data, old)]
    return splice(data, cut=ours, at=pixels.start, put=chunk)


def take(data: bytes) -> bytes | None:
    """The record's text, if there is one. Raises `NotAPicture`s."""
    for chunk in png_chunks.chunks(data):
        if _is_ours(data, chunk):
            _language, _keyword, text = data[chunk.body][len(_KEYWORD + _PLAIN) :].split(b"\0", 2)
            return text
    return None


def _is_ours(data: bytes, chunk: Chunk) -> bool:
    if chunk.kind != b"iTXt":
        return False
    body = data[chunk.body]
    return body.startswith(_KEYWORD + _PLAIN) and body.count(b"\0") >= 5

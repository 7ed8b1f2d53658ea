"""
How the original is got back from a picture that carries a record.

A record is put in without changing anything else, so nearly all of the original stands in the file
as it was. What is to be kept beside the file is a short list of pieces: stretches of the file, and
the few bytes that differ.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeAlias

Piece: TypeAlias = list[int] | str
"""A stretch of the file, from and to; or bytes as base64."""

LONGEST_LITERAL = 4_096
LONGEST_HEAD = 64
"""Within so many bytes a container says how long it is, and what it holds."""
MOST_PIECES = 8


class NotRebuilt(Exception):
    """The pieces do not lead to an original."""


def pieces_of(original: bytes, carrying: bytes) -> list[Piece] | None:
    """The pieces of `carrying` that make `original`; None when too much of it differs."""
    found = (_new_head(original, carrying), _one_insertion(original, carrying))
    right = [pieces for pieces in found if pieces and rebuild(carrying, pieces) == original]
    return min(right, key=_literal_length, default=None)


def rebuild(carrying: bytes, pieces: Sequence[Piece]) -> bytes:
    """The original. Raises NotRebuilt for pieces that none of ours are; strangers write them too."""
    if not isinstance(pieces, list) or len(pieces) > MOST_PIECES:
        raise NotRebuilt("not a list of a few pieces")
    return b"".join(_bytes_of(carrying, piece) for piece in pieces)


def _bytes_of(carrying: bytes, piece: Piece) -> bytes:
    if isinstance(piece, str) and len(piece) <= 2 * LONGEST_LITERAL:
        try:
            return b64decode(piece, validate=True)
        except ValueError as error:
            raise NotRebuilt("a piece is no base64") from error
    match piece:
        case [int(begin), int(end)] if 0 <= begin <= end <= len(carrying):
            return carrying[begin:end]
    raise NotRebuilt("a piece is no stretch of the file")


def _one_insertion(original: bytes, carrying: bytes) -> list[Piece] | None:
    """PNG and JPEG: the record stands between two halves of the original."""
    before = _same(original, carrying)
    after = min(_same(original[::-1], carrying[::-1]), len(original) - before)
    between = original[before : len(original) - after]
    if len(between) > LONGEST_LITERAL:
        return None
    return [[0, before], _literal(between), [len(carrying) - after, len(carrying)]]


def _new_head(original: bytes, carrying: bytes) -> list[Piece] | None:
    """WebP: a new head before all of the original, and the record behind it."""
    for length in (12, 30, LONGEST_HEAD):
        body = original[length:]
        at = carrying.find(body)
        if at >= 0:
            return [_literal(original[:length]), [at, at + len(body)]]
    return None


def _literal_length(pieces: list[Piece]) -> int:
    return sum(len(piece) for piece in pieces if isinstance(piece, str))


def _literal(data: bytes) -> str:
    return b64encode(data).decode()


def _same(one: bytes, other: bytes) -> int:
    """How many bytes are the same from the beginning, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

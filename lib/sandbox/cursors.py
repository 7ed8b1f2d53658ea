"""Cursors of lists: where a page ended, as one opaque word."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from lib.sandbox.errors import field_error, invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort keys of a row at the edge of a page; `backward` leads to the rows before it."""

    backward: bool
    sort_by: tuple[tuple[str, bool], ...] = ()
    keys: tuple[Any, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether it stands for the start of the list."""
        return not self.keys


def encoded(cursor: Cursor) -> str:
    text = json.dumps([cursor.backward, cursor.sort_by, cursor.keys], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(text: str) -> Cursor:
    """The cursor of a `pq`; raises 422 when it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        backward, sort_by, keys = json.loads(raw)
        sort = tuple((str(name), bool(descends)) for name, descends in sort_by)
        cursor = Cursor(bool(backward), sort, tuple(_key(key) for key in keys))
    except (ValueError, TypeError, RecursionError) as error:
        message = "The cursor is not one of ours: use first, next or previous of a list"
        raise invalid([field_error(["query", "pq"], message, "value_error")]) from error
    return cursor


def _key(key: Any) -> str | int | float:
    if isinstance(key, int) and not -(2**63) <= key < 2**63:
        raise ValueError("too large")
    if not isinstance(key, str | int | float):
        raise TypeError("no sort key")
    return key


FIRST = encoded(Cursor(backward=False))

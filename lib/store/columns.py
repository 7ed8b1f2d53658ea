"""The history column by column: what a million lines are filtered, counted and sorted by.

`run_index` has a line a run. Here the same stands by column, BLOCK lines in one blob, so that a
question reads a byte or so a run of the columns it is about, and numpy does the rest. A line that
changed since its block was written is named in `run_changed` (by triggers, within the transaction
that changed it) and read from `run_index` itself, so answers are exact at any moment; `folding`
writes such lines into their blocks now and then.

Values are codes of a dictionary that grows with them. Code 0 is a line that is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from lib.domain.history_filters import FACETS
from lib.store.schema_history import Place

BLOCK = 65_536
"""Lines of a block. Smaller ones are cheaper to write anew, larger ones cheaper to read."""
SCOPE = "scope"
"""The column of where a run is: its place and its origin in one."""
FLAGS = ("opened", "downloaded", "duplicate")
TALLIED = (SCOPE, *(known.name for known in FACETS))
"""What is counted beside the filters."""
CODED = (*TALLIED, *FLAGS)
KEYS = ("created_at", "cost_key", "duration_key")
MARKS = {"tag": ("run_tag", "tag_id"), "collection": ("run_collection", "collection_id")}
PAIR = np.dtype([("at", "<u4"), ("id", "<u4")])
"""A tag or collection of the line at a place in its block."""
WIDTHS = ("<u1", "<u2", "<u4", "<u8")
JOINED = ("<u1", "<u2", "<i4", "<i8")

Array: TypeAlias = npt.NDArray[Any]


def scope_of(origin: str, place: Place) -> str:
    """The value of the column SCOPE."""
    return f"{place:d} {origin}"


class Dictionary:
    """The codes of values, by column. New values get codes that are not written down."""

    def __init__(self, db: sa.Connection) -> None:
        rows = db.exec_driver_sql("SELECT name, code, value FROM column_value").fetchall()
        self._codes: dict[str, dict[str, int]] = {name: {} for name in CODED}
        for name, code, value in rows:
            self._codes.setdefault(name, {})[value] = code
        self.new: list[tuple[str, int, str]] = []

    def find(self, name: str, value: str) -> int | None:
        """The code of a value, if any line has or had it."""
        return self._codes[name].get(value)

    def code(self, name: str, value: str) -> int:
        """The code of a value; a new one is noted in `new`."""
        codes = self._codes[name]
        if value not in codes:
            codes[value] = len(codes) + 1
            self.new.append((name, codes[value], value))
        return codes[value]

    def values(self, name: str) -> Mapping[str, int]:
        """All values of a column, and their codes."""
        return self._codes[name]


@dataclass(frozen=True, slots=True)
class Packed:
    """A column of a block as it is kept.

    Each value takes as few bytes as they all need, counted from `base`; where all are the same
    there is none at all. `low` and `high` are those of the lines that are there.
    """

    data: bytes
    base: int
    low: int
    high: int


def pack(values: Array, *, is_there: Array, from_lowest: bool) -> Packed:
    """Pack the values of a block; `from_lowest` counts them from the lowest one instead of 0."""
    low, high = _ends(values[is_there])
    if from_lowest:
        values = np.where(is_there, values, low) - low
    if values.size and (values == values[0]).all():
        return Packed(b"", int(values[0]) + (low if from_lowest else 0), low, high)
    largest = int(values.max(initial=0))
    width = next(width for width in WIDTHS if largest <= np.iinfo(width).max)
    return Packed(values.astype(width).tobytes(), low if from_lowest else 0, low, high)


def _ends(values: Array) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


ABSENT = Packed(b"", 0, 0, 0)
"""The column of a block that has none, as if its lines were not there."""


def unpack(packed: Packed) -> Array:
    """The values."""
    if not packed.data:
        return np.broadcast_to(np.int64(packed.base), BLOCK)
    width = len(packed.data) // BLOCK
    values: Array = np.frombuffer(packed.data, f"<u{width}")
    return values if not packed.base else values.astype(np.int64) + packed.base


def joined(blocks: Sequence[Packed]) -> Array:
    """The values of several blocks one after another; a single one where all are the same."""
    if len(blocks) == 1 and blocks[0].data:
        return unpack(blocks[0])
    lowest = min(min(packed.low, packed.base, 0) for packed in blocks)
    highest = max(max(packed.high, packed.base) for packed in blocks)
    fits = (np.iinfo(width) for width in JOINED)
    width = next(known.dtype for known in fits if known.min <= lowest and highest <= known.max)
    if not any(packed.data for packed in blocks) and len({packed.base for packed in blocks}) == 1:
        return np.array([blocks[0].base], width)
    values = np.empty((len(blocks), BLOCK), width)
    for row, packed in zip(values, blocks, strict=True):
        row[:] = unpack(packed)
    return values.reshape(-1)

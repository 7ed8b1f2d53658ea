"""Parts of the history for numpy to work on, and of those the lines as they are now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import sqlalchemy as sa

from lib.store.columns import CODED, KEYS, MARKS, SCOPE, Array, Dictionary
from lib.store.schema_history import run_index


class Part(Protocol):
    """Some of the history's lines: arrays of the same length, one entry a line."""

    def __len__(self) -> int:
        """How many lines."""

    @property
    def nos(self) -> Array:
        """The numbers of the lines, rising."""

    def column(self, name: str) -> Array:
        """The codes, or the keys, of a column."""

    def marks(self, name: str) -> tuple[Array, Array]:
        """The tags or collections: at which entries, and their ids."""

    def fetch(self, names: Sequence[str]) -> None:
        """These columns and marks will be asked for."""


@dataclass(slots=True)
class Lines:
    """Lines as `run_index` has them now."""

    nos: Array
    arrays: Mapping[str, Array]
    pairs: Mapping[str, tuple[Array, Array]]

    def __len__(self) -> int:
        return len(self.nos)

    def column(self, name: str) -> Array:
        """The codes, or the keys, of a column."""
        return self.arrays[name]

    def marks(self, name: str) -> tuple[Array, Array]:
        """The tags or collections: at which entries, and their ids."""
        return self.pairs[name]

    def fetch(self, names: Sequence[str]) -> None:
        """Nothing: all is there."""


def lines_with(part: Part, dictionary: Dictionary, name: str, values: Sequence[str]) -> Array:
    """Which lines have one of these values in a column of codes."""
    found = np.zeros(len(part), bool)
    for value in values:
        code = dictionary.find(name, value)
        if code is not None:
            found |= part.column(name) == code
    return found


def changed_nos(db: sa.Connection) -> Array:
    """The numbers of the lines that are not in their blocks as they are now, rising."""
    rows = db.exec_driver_sql("SELECT no FROM run_changed ORDER BY no").fetchall()
    return np.array([row[0] for row in rows], np.int64)


def read_lines(db: sa.Connection, dictionary: Dictionary, nos: Array) -> Lines:
    """These lines as `run_index` has them now."""
    numbers = json.dumps(nos.tolist())
    found = db.exec_driver_sql(_LINES, (numbers,)).fetchall()
    by_column = list(zip(*found, strict=True)) or [()] * (1 + len(CODED) + len(KEYS))
    kept = np.array(by_column[0], np.int64)
    arrays = {
        name: _coded(dictionary, name, values)
        for name, values in zip(CODED, by_column[1:], strict=False)
    }
    for name, values in zip(KEYS, by_column[1 + len(CODED) :], strict=True):
        arrays[name] = np.array(values, np.int64)
    return Lines(kept, arrays, {name: _pairs(db, name, kept, numbers) for name in MARKS})


def _coded(dictionary: Dictionary, name: str, values: Sequence[str]) -> Array:
    codes = {value: dictionary.code(name, value) for value in set(values)}
    return np.array([codes[value] for value in values], np.int64)


def _pairs(db: sa.Connection, name: str, nos: Array, numbers: str) -> tuple[Array, Array]:
    table, key = MARKS[name]
    query = f"SELECT no, {key} FROM {table} WHERE no IN (SELECT value FROM json_each(?))"
    rows: Sequence[Any] = db.exec_driver_sql(query, (numbers,)).fetchall()
    listed = np.array([row[0] for row in rows], np.int64)
    return np.searchsorted(nos, listed), np.array([row[1] for row in rows], np.int64)


_VALUES = {
    SCOPE: "place || ' ' || origin",
    "rating": "CASE rating WHEN 0 THEN '' ELSE CAST(rating AS TEXT) END",
}
_LINES = (
    f"SELECT no, {', '.join(_VALUES.get(name, name) for name in CODED)}, {', '.join(KEYS)}"
    f" FROM {run_index.name} WHERE no IN (SELECT value FROM json_each(?)) ORDER BY no"
)

"""Parts of the history for numpy to work on: lines as they are now, or a block of columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import sqlalchemy as sa

from lib.store import columns
from lib.store.block_cache import BlockCache
from lib.store.columns import (
    ABSENT,
    CODED,
    KEYS,
    MARKS,
    PAIR,
    SCOPE,
    Array,
    Dictionary,
    Packed,
    unpack,
)
from lib.store.schema_history import run_index


class Part(Protocol):
    """Some of the history's lines: arrays of the same length, one entry a line."""

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

    def column(self, name: str) -> Array:
        """The codes, or the keys, of a column."""
        return self.arrays[name]

    def marks(self, name: str) -> tuple[Array, Array]:
        """The tags or collections: at which entries, and their ids."""
        return self.pairs[name]

    def fetch(self, names: Sequence[str]) -> None:
        """Nothing: all is there."""


@dataclass
class Block:
    """A block whose columns are read when they are asked for. `changed`: lines to leave out."""

    db: sa.Connection
    number: int
    token: int
    changed: Array
    cache: BlockCache
    _read: dict[str, Array] = field(default_factory=dict)
    _kept: dict[str, Packed] = field(default_factory=dict)

    @cached_property
    def nos(self) -> Array:
        """The numbers of the lines, rising."""
        return np.arange(self.first, self.first + columns.BLOCK)

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.number * columns.BLOCK

    @cached_property
    def changed_here(self) -> Array:
        """At which entries lines changed since the block was written."""
        span = (self.first, self.first + columns.BLOCK)
        start, end = np.searchsorted(self.changed, span)
        return self.changed[start:end] - self.first

    def column(self, name: str) -> Array:
        """The codes, or the keys, of a column; lines that changed since are as if not there."""
        if name not in self._read:
            values = unpack(self._packed(name))
            if name in KEYS:
                # They are turned about in sorting, so they must be able to fall below zero.
                values = values.astype(np.int64, copy=False)
            if name == SCOPE and len(self.changed_here):
                values = values.copy()
                values[self.changed_here] = 0
            self._read[name] = values
        return self._read[name]

    def marks(self, name: str) -> tuple[Array, Array]:
        """The tags or collections: at which entries, and their ids."""
        packed = self._packed(name)
        pairs = np.frombuffer(packed.data, PAIR)
        return pairs["at"], pairs["id"]

    def fetch(self, names: Sequence[str]) -> None:
        """Get these columns at once: each by itself takes longer than what is in it."""
        known = self.cache.columns(self.number, self.token)
        self._kept.update({name: known[name] for name in names if name in known})
        missing = [name for name in names if name not in self._kept]
        if missing:
            rows = self.db.exec_driver_sql(_COLUMNS, (self.number, json.dumps(missing))).fetchall()
            found = {row[0]: Packed(*row[1:]) for row in rows}
            read = {name: found.get(name, ABSENT) for name in missing}
            self._kept.update(read)
            self.cache.put(self.number, self.token, read)

    def _packed(self, name: str) -> Packed:
        if name not in self._kept:
            self.fetch([name])
        return self._kept[name]


def changed_nos(db: sa.Connection) -> Array:
    """The numbers of the lines that are not in their blocks as they are now, rising."""
    rows = db.exec_driver_sql("SELECT no FROM run_changed ORDER BY no").fetchall()
    return np.array([row[0] for row in rows], np.int64)


def zones(db: sa.Connection, name: str) -> Mapping[int, tuple[int, int]]:
    """The lowest and the highest key of each block's lines."""
    query = "SELECT block, low, high FROM run_column WHERE name = ?"
    return {row[0]: (row[1], row[2]) for row in db.exec_driver_sql(query, (name,)).fetchall()}


def block_tokens(db: sa.Connection) -> Mapping[int, int]:
    """All blocks there are, rising, and what tells if one was written anew."""
    query = "SELECT block, token FROM run_block ORDER BY block"
    return {row[0]: row[1] for row in db.exec_driver_sql(query).fetchall()}


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


_COLUMNS = (
    "SELECT name, data, base, low, high FROM run_column"
    " WHERE block = ? AND name IN (SELECT value FROM json_each(?))"
)
_VALUES = {
    SCOPE: "place || ' ' || origin",
    "rating": "CASE rating WHEN 0 THEN '' ELSE CAST(rating AS TEXT) END",
}
_LINES = (
    f"SELECT no, {', '.join(_VALUES.get(name, name) for name in CODED)}, {', '.join(KEYS)}"
    f" FROM {run_index.name} WHERE no IN (SELECT value FROM json_each(?)) ORDER BY no"
)

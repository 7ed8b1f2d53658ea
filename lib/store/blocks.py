"""Blocks of columns as a part of the history: one of them, or several as if they were one.

Reading along the order of a question stops early, so it takes block by block. Counting reads all
of them: several at once, since numpy takes longer to be called than for a block.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import sqlalchemy as sa

from lib.store import columns
from lib.store.block_cache import BlockCache, Key
from lib.store.columns import ABSENT, MARKS, PAIR, SCOPE, Array, Packed, joined

TOGETHER = 4
"""Blocks that are counted at once: as many as the arrays of fit beside a processor."""


@dataclass
class Blocks:
    """Neighbouring blocks whose columns are read when they are asked for.

    `tokens` are of those that there are; the lines of others are not there. `changed`: lines to
    leave out.
    """

    db: sa.Connection
    numbers: range
    tokens: Mapping[int, int]
    changed: Array
    cache: BlockCache
    _read: dict[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers) * columns.BLOCK

    @cached_property
    def nos(self) -> Array:
        """The numbers of the lines, rising."""
        return np.arange(self.first, self.first + len(self))

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.numbers[0] * columns.BLOCK

    @cached_property
    def changed_here(self) -> Array:
        """At which entries lines changed since their block was written."""
        start, end = np.searchsorted(self.changed, (self.first, self.first + len(self)))
        return self.changed[start:end] - self.first

    def column(self, name: str) -> Array:
        """The codes, or the keys, of a column; lines that changed since are as if not there."""
        if name not in self._read:
            self.fetch([name])
        values = self._read[name]
        return values if len(values) > 1 else np.broadcast_to(values, len(self))

    def marks(self, name: str) -> tuple[Array, Array]:
        """The tags or collections: at which entries, and their ids."""
        if name not in self._read:
            self.fetch([name])
        return self._read[name]["at"], self._read[name]["id"]

    def fetch(self, names: Sequence[str]) -> None:
        """Get these columns at once: each by itself takes longer than what is in it."""
        known = self._known()
        missing = [name for name in names if name not in known and name not in self._read]
        if missing:
            read = self._from_database(missing)
            self.cache.put(key_of(self.numbers, self.tokens), read)
            known = {**known, **read}
            if len(self.numbers) > 1:
                self.cache.drop(key_of([number], self.tokens) for number in self.numbers)
        for name in names:
            if name not in self._read:
                self._read[name] = self._as_of_now(name, known[name])

    def _known(self) -> Mapping[str, Array]:
        """What is kept of these blocks; a single one may be kept with its neighbours."""
        known = self.cache.columns(key_of(self.numbers, self.tokens))
        if len(self.numbers) > 1:
            return known
        around = group_of(self.numbers[0] // TOGETHER, TOGETHER, self.tokens)
        start = (self.numbers[0] - around[0]) * columns.BLOCK
        kept = self.cache.columns(key_of(around, self.tokens))
        slices = {
            name: values[start : start + columns.BLOCK] if len(values) > 1 else values
            for name, values in kept.items()
            if name not in MARKS
        }
        return {**slices, **known}

    def _as_of_now(self, name: str, values: Array) -> Array:
        if name == SCOPE and len(self.changed_here):
            values = np.array(np.broadcast_to(values, len(self)))
            values[self.changed_here] = 0
        return values

    def _from_database(self, names: Sequence[str]) -> Mapping[str, Array]:
        found: dict[str, dict[int, Packed]] = {name: {} for name in names}
        asked = (json.dumps(names), self.numbers[0], self.numbers[-1])
        for name, block, *packed in self.db.exec_driver_sql(_COLUMNS, asked).fetchall():
            found[name][block] = Packed(*packed)
        return {
            name: (_pairs if name in MARKS else joined)(
                [blocks.get(number, ABSENT) for number in self.numbers]
            )
            for name, blocks in found.items()
        }


def group_of(group: int, together: int, tokens: Mapping[int, int]) -> range:
    """The blocks of one of the groups of so many neighbours: those between two that there are."""
    numbers = range(group * together, (group + 1) * together)
    kept = [number for number in numbers if number in tokens]
    return range(kept[0], kept[-1] + 1)


def key_of(numbers: Sequence[int], tokens: Mapping[int, int]) -> Key:
    """What columns of these blocks are kept under."""
    return (numbers[0], *(tokens.get(number) for number in numbers))


def _pairs(blocks: Sequence[Packed]) -> Array:
    found = [np.frombuffer(packed.data, PAIR) for packed in blocks]
    if len(found) == 1:
        return found[0]
    pairs = np.concatenate(found)
    pairs["at"] += np.repeat(
        np.arange(len(found), dtype=np.uint32) * columns.BLOCK, [len(each) for each in found]
    ).astype(np.uint32)
    return pairs


def zones(
    db: sa.Connection, name: str, tokens: Mapping[int, int], cache: BlockCache
) -> Mapping[int, tuple[int, int]]:
    """The lowest and the highest key of the lines of these blocks.

    They stand behind the keys, all of which the database reads on its way there: so they are kept.
    """
    known = cache.ends(name)
    ends = {at: known[at] for at, token in tokens.items() if known.get(at, (None,))[0] == token}
    missing = [at for at in tokens if at not in ends]
    if missing:
        rows = db.exec_driver_sql(_ENDS, (name, json.dumps(missing))).fetchall()
        ends |= {at: (tokens[at], low, high) for at, low, high in rows}
        cache.put_ends(name, ends)
    return {at: (low, high) for at, (_token, low, high) in ends.items()}


def block_tokens(db: sa.Connection) -> Mapping[int, int]:
    """All blocks there are, rising, and what tells if one was written anew."""
    query = "SELECT block, token FROM run_block ORDER BY block"
    return {row[0]: row[1] for row in db.exec_driver_sql(query).fetchall()}


_COLUMNS = (
    "SELECT name, block, data, base, low, high FROM run_column"
    " WHERE name IN (SELECT value FROM json_each(?)) AND block BETWEEN ? AND ?"
)
_ENDS = (
    "SELECT block, low, high FROM run_column"
    " WHERE name = ? AND block IN (SELECT value FROM json_each(?))"
)

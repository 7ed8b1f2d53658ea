"""Columns that were read lately, as numpy has them: as many as fit into a bound.

They are kept under the tokens of their blocks. A block that was written anew has another one, so
nothing old is ever taken for new. The bound holds the columns of about a million runs; of a longer
history the rest is read from the database each time.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from lib.store.columns import Array

MOST_BYTES = 32 * 1024 * 1024
Key: TypeAlias = tuple[int | None, ...]
Ends: TypeAlias = Mapping[int, tuple[int, int, int]]
"""By block: its token, and the lowest and the highest key of its lines."""


class BlockCache:
    """Shared by the threads of a process, so nobody writes into what is here."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, dict[str, Array]] = OrderedDict()
        self._ends: dict[str, Ends] = {}
        self._lock = threading.Lock()

    def columns(self, key: Key) -> Mapping[str, Array]:
        """What is here of some blocks."""
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                return {}
            self._kept.move_to_end(key)
            return dict(known)

    def put(self, key: Key, columns: Mapping[str, Array]) -> None:
        """Take columns in, and let go of the blocks that were used the longest ago."""
        with self._lock:
            known = self._kept.setdefault(key, {})
            before = _size(known)
            known.update(columns)
            self._bytes += _size(known) - before
            self._kept.move_to_end(key)
            while self._bytes > self._most_bytes and self._kept:
                _oldest, gone = self._kept.popitem(last=False)
                self._bytes -= _size(gone)

    def drop(self, keys: Iterable[Key]) -> None:
        """Let go of these, which are kept in another way now."""
        with self._lock:
            self._bytes -= sum(_size(self._kept.pop(key, {})) for key in keys)

    def ends(self, name: str) -> Ends:
        """What is here of the ends of a column's blocks."""
        return self._ends.get(name, {})

    def put_ends(self, name: str, ends: Ends) -> None:
        """Keep these instead."""
        self._ends[name] = ends


def _size(columns: Mapping[str, Array]) -> int:
    return sum(values.nbytes for values in columns.values())

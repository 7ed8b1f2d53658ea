"""Columns that were read lately, as they are kept: as many as fit into a bound.

A block that was written anew has another token, so nothing old is ever taken for new. The bound
holds the columns of about a million runs; a longer history is read from the database as before.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping

from lib.store.columns import Packed

MOST_BYTES = 32 * 1024 * 1024


class BlockCache:
    """Shared by the threads of a process."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._blocks: OrderedDict[tuple[int, int], dict[str, Packed]] = OrderedDict()
        self._lock = threading.Lock()

    def columns(self, block: int, token: int) -> Mapping[str, Packed]:
        """What is here of a block."""
        with self._lock:
            known = self._blocks.get((block, token))
            if known is None:
                return {}
            self._blocks.move_to_end((block, token))
            return dict(known)

    def put(self, block: int, token: int, columns: Mapping[str, Packed]) -> None:
        """Take columns in, and let go of the blocks that were used the longest ago."""
        with self._lock:
            known = self._blocks.setdefault((block, token), {})
            before = _size(known)
            known.update(columns)
            self._bytes += _size(known) - before
            self._blocks.move_to_end((block, token))
            while self._bytes > self._most_bytes and self._blocks:
                _oldest, gone = self._blocks.popitem(last=False)
                self._bytes -= _size(gone)


def _size(columns: Mapping[str, Packed]) -> int:
    return sum(len(packed.data) for packed in columns.values())

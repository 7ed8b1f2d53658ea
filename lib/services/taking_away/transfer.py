"""A file on its way out: how far it is, and its end, asked for or not."""

import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

from lib.domain.errors import PlantainError

Row = TypeVar("Row")


class BrokenOff(PlantainError):
    """Somebody has ended the transfer: what was sent of the file is no whole file."""


class Transfer:
    """One file that is being sent. `total` rows are in it, about; `gone_through` are sent.

    `rows` is what they are called.

    Written by the one thread that sends, read and canceled by others.
    """

    def __init__(self, total: int, rows: str = "runs") -> None:
        self.total = total
        self.rows = rows
        self.gone_through = 0
        self.is_over = False
        self.is_whole = False
        """Whether all of it was sent. Whoever got it may still have lost it."""
        self._canceled = threading.Event()

    @property
    def is_canceled(self) -> bool:
        """Whether somebody asked for its end."""
        return self._canceled.is_set()

    def cancel(self) -> None:
        """End it after the part that is under way."""
        self._canceled.set()

    def count(self, rows: int = 1) -> None:
        """So many more rows are sent."""
        self.gone_through += rows

    def counting(self, batches: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """The batches, each counted when it is done."""
        for rows in batches:
            yield rows
            self.count(len(rows))

    def sending(self, data: Iterable[bytes]) -> Iterator[bytes]:
        """The parts of the file. Raises BrokenOff once it is canceled."""
        try:
            for part in data:
                if self.is_canceled:
                    raise BrokenOff("The download was canceled.")
                yield part
            self.is_whole = True
        finally:
            self.is_over = True


class Transfers:
    """The transfer of each token that was begun last; old ones are forgotten."""

    MOST = 500

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Transfer] = {}

    def put(self, token: str, transfer: Transfer) -> None:
        """Remember a transfer."""
        with self._lock:
            self._known.pop(token, None)
            self._known[token] = transfer
            while len(self._known) > self.MOST:
                del self._known[next(iter(self._known))]

    def get(self, token: str) -> Transfer | None:
        """The transfer, as long as it is remembered."""
        with self._lock:
            return self._known.get(token)

"""The bin: deleted runs stay in it for BIN_DAYS at least, and can be brought back so long.

Then, or when a person empties it, they are hidden for good, and the files of pictures that no other
run has are removed. What was paid stays in the ledger and in the reports of costs.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.domain.organising import BIN_DAYS
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.store.bin import Bin

BATCH = 200
DAY_MS = 86_400_000
LOOK_EVERY_S = 3_600.0
STOP_PATIENCE_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """What is in the bin: runs, and the different pictures that they have."""

    runs: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Emptied:
    """What emptying has done. `was_canceled`: the rest is still in the bin."""

    runs: int
    freed_pictures: int
    was_canceled: bool = False


class BinService:
    """Empties the bin, by hand or by itself."""

    def __init__(
        self, bin_: Bin, originals: FolderOriginals, thumbnails: FolderThumbnails, clock: Clock
    ) -> None:
        self._bin = bin_
        self._originals = originals
        self._thumbnails = thumbnails
        self._clock = clock
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def holds(self, *, deleted_before_ms: int | None = None) -> Held:
        """What was deleted before a moment (ms UTC; None: whenever), and is still in the bin."""
        return Held(*self._bin.holds(deleted_before_ms))

    def empty(
        self,
        run_ids: Sequence[str] | None = None,
        *,
        older_than_days: int = 0,
        deleted_before_ms: int | None = None,
        progress: Callable[[int], bool] = lambda done: True,
    ) -> Emptied:
        """Erase these deleted runs, or all that were deleted so many days ago. There is no undo.

        `deleted_before_ms` (UTC) leaves what was deleted later, such as after a person was asked.
        `progress` gets how many runs are done after each batch, and answers whether to go on.
        """
        runs = freed = 0
        left = None if run_ids is None else list(run_ids)
        before = deleted_before_ms
        if older_than_days:
            before = self._clock.now_ms() - older_than_days * DAY_MS
        while True:
            batch = self._bin.deleted_before(before, limit=BATCH) if left is None else left[:BATCH]
            left = None if left is None else left[BATCH:]
            if not batch:
                return Emptied(runs, freed)
            freed += self._free(self._bin.erase(batch))
            runs += len(batch)
            if not progress(runs):
                return Emptied(runs, freed, was_canceled=True)

    def free_lingering(self) -> int:
        """Let go what was too young for it when its run was erased; gives how many files went."""
        return self._free(self._bin.lingering(limit=BATCH))

    def _free(self, shas: Sequence[str]) -> int:
        now = self._clock.now_ms()
        needed = self._bin.is_needed
        gone = [
            sha256
            for sha256 in shas
            if self._originals.remove(sha256, needed, now)
            or not self._originals.path(sha256).exists()
        ]
        for sha256 in gone:
            self._thumbnails.remove(sha256)
        if gone:
            self._bin.note_freed(gone)
        return len(gone)

    # -- by itself -------------------------------------------------------------------------------

    def start(self) -> None:
        """Erase what has been in the bin for BIN_DAYS, now and every hour."""
        self._thread = threading.Thread(target=self._loop, name="bin", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_PATIENCE_S)

    def _loop(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            try:
                self.empty(
                    older_than_days=BIN_DAYS, progress=lambda _done: not self._stopped.is_set()
                )
                self.free_lingering()
            except Exception:
                if not self._stopped.is_set():
                    log.exception("the bin could not be emptied; it will be tried again")

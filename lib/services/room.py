"""Room at the API: how many runs are under way there at a time, whoever carries them on.

The engine carries so many on, but after a restart those that the API has already can stand in its
queue behind others that are still to be sent. So what counts is what the ledger says.

Who waits is woken when a run ends, so that no place stays empty; who came first goes first.
"""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lib.domain.errors import PlantainError
from lib.domain.run import Run, RunState
from lib.store.records import Records

WAIT_S = 0.5
"""How soon a run that found no room looks again."""
LOOKS_AT_A_TIME = 20
LOOKING_AT_A_TIME = 2
"""So many of those who wait look after others, so that one slow answer does not hold up all."""

log = logging.getLogger(__name__)


class Room:
    """Room for `most` runs of one `origin`, in the process that executes."""

    def __init__(self, records: Records, *, origin: str, most: int) -> None:
        self._records = records
        self._origin = origin
        self._most = most
        self._turn = threading.Lock()
        self._looking = threading.Semaphore(LOOKING_AT_A_TIME)
        self._waiting: dict[str, None] = {}
        """In the order in which they came."""

    @contextmanager
    def for_one(self, run: Run) -> Iterator[bool]:
        """Whether there is room to send this run. Nobody else is told so until the block ends.

        One whose answer was lost has its room already.
        """
        if run.state is not RunState.QUEUED:
            yield True
            return
        with self._turn:
            under_way = self._records.count_under_way(origin=self._origin, up_to=self._most)
            has_room = under_way + self._before(run.id) < self._most
            if has_room:
                self.leave(run.id)
            yield has_room

    def _before(self, run_id: str) -> int:
        """How many wait for longer."""
        waiting = list(self._waiting)
        return waiting.index(run_id) if run_id in self._waiting else len(waiting)

    def leave(self, run_id: str) -> None:
        """It waits no more: it was sent, or has ended."""
        self._waiting.pop(run_id, None)

    def waiting(self) -> list[str]:
        """The runs that wait for room, those that came first before the others."""
        return list(self._waiting)

    def wait(self, run_id: str, advance: Callable[[str], object]) -> float:
        """What to do without room: returns the seconds until it is worth another look.

        Runs in doubt have room and may stand in the queue behind those that wait for it, which have
        all the engine's slots. So who waits looks after them, or nobody would come to an end.
        """
        self._waiting.setdefault(run_id)
        if self._looking.acquire(blocking=False):
            try:
                self._look_after_doubts(advance)
            finally:
                self._looking.release()
        return WAIT_S

    def _look_after_doubts(self, advance: Callable[[str], object]) -> None:
        """A few at a time, and no more after a failure: the end of the program may be near."""
        doubtful = self._records.doubtful_ids(origin=self._origin)
        for run_id in random.sample(doubtful, min(LOOKS_AT_A_TIME, len(doubtful))):
            try:
                if advance(run_id) == 0:
                    advance(run_id)  # what was just accepted is handed over with the next step
            except PlantainError as error:
                log.warning("run %s: a step of its life will be taken again. %s", run_id, error)
                return
            except Exception:
                log.exception("run %s: a step of its life failed and will be taken again", run_id)
                return

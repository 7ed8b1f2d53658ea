"""One schedule by which all open runs are looked after: often while a run is young, seldom when it is old."""

import heapq
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lib.domain.clock import Clock
from lib.domain.errors import ApiError, TooManyRequests

LOOKS_AT_A_TIME = 8
LOOKS_PER_S = 20.0
PACE: tuple[tuple[float, float], ...] = ((8.0, 0.4), (60.0, 0.8), (300.0, 3.0), (3600.0, 10.0))
"""(up to this age in seconds, look every so many seconds)"""
SLOWEST_S = 30.0
PAUSE_AFTER_429_S = 5.0
SHORTEST_PAUSE_AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)


@dataclass(order=True, slots=True)
class Watched:
    """A run to be looked at. `due_s` and `since_s` are monotonic seconds."""

    due_s: float
    run_id: str = field(compare=False)
    since_s: float = field(compare=False)
    errors: int = field(default=0, compare=False)


class Polling:
    """Calls `look` for each watched run until it says there is nothing more to look for.

    Then `on_end` is told. What is watched is forgotten with the process: the ledger knows which
    runs are accepted, and each start watches them again.
    """

    def __init__(
        self, *, look: Callable[[str], bool], on_end: Callable[[str], None], clock: Clock
    ) -> None:
        self._look = look
        self._on_end = on_end
        self._clock = clock
        self._due: list[Watched] = []
        self._watched: set[str] = set()
        self._paused_until_s = 0.0
        self._changed = threading.Condition()
        self._running = False

    def start(self) -> None:
        """Begin to look."""
        self._running = True
        for number in range(LOOKS_AT_A_TIME):
            # Daemons: a slow download does not hold up the end of the program.
            threading.Thread(target=self._loop, name=f"look-{number}", daemon=True).start()

    def stop(self) -> None:
        """Begin no further look."""
        with self._changed:
            self._running = False
            self._changed.notify_all()

    def watch(self, run_id: str) -> None:
        """Look after a run from now on. Watching it twice is watching it once."""
        now = self._clock.monotonic_s()
        with self._changed:
            if run_id not in self._watched:
                self._watched.add(run_id)
                self._schedule(Watched(now + pause_at_age(0.0), run_id, now))

    def _schedule(self, watched: Watched) -> None:
        heapq.heappush(self._due, watched)
        self._changed.notify()

    def _loop(self) -> None:
        while (watched := self._next_due()) is not None:
            self._look_once(watched)

    def _next_due(self) -> Watched | None:
        """Wait for the next run that is due, no faster than LOOKS_PER_S; None at the end."""
        with self._changed:
            while self._running:
                now = self._clock.monotonic_s()
                wait = self._wait(now)
                if wait is not None and wait <= 0:
                    self._paused_until_s = now + 1 / LOOKS_PER_S
                    return heapq.heappop(self._due)
                self._changed.wait(wait)
        return None

    def _wait(self, now: float) -> float | None:
        if not self._due:
            return None
        return max(self._due[0].due_s, self._paused_until_s) - now

    def _look_once(self, watched: Watched) -> None:
        try:
            if self._look(watched.run_id):
                self._forget(watched.run_id)
                return
            watched.errors = 0
        except TooManyRequests as error:
            self._slow_down(error.retry_after_s)
        except ApiError as error:
            log.info("looking at run %s: %s", watched.run_id, error)
            watched.errors += 1
        except Exception:
            log.exception("looking at run %s failed; it will be looked at again", watched.run_id)
            watched.errors += 1
        self._again(watched)

    def _again(self, watched: Watched) -> None:
        now = self._clock.monotonic_s()
        pause = pause_at_age(now - watched.since_s)
        if watched.errors:
            pause = max(pause, pause_after_errors(watched.errors))
        watched.due_s = now + pause
        with self._changed:
            if watched.run_id in self._watched:
                self._schedule(watched)

    def _forget(self, run_id: str) -> None:
        with self._changed:
            self._watched.discard(run_id)
        self._on_end(run_id)

    def _slow_down(self, retry_after_s: float | None) -> None:
        pause = retry_after_s or random.uniform(0, PAUSE_AFTER_429_S)
        with self._changed:
            self._paused_until_s = self._clock.monotonic_s() + pause


def pause_at_age(age_s: float) -> float:
    """How long to wait between two looks at a run of that age, a little different each time."""
    pause = next((pause for up_to, pause in PACE if age_s < up_to), SLOWEST_S)
    return pause * random.uniform(0.8, 1.2)


def pause_after_errors(errors: int) -> float:
    """Full jitter under a doubling bound, so that an API that comes back is not overrun."""
    longest = min(SLOWEST_S, SHORTEST_PAUSE_AFTER_ERROR_S * 2 ** min(errors, 10))
    return random.uniform(SHORTEST_PAUSE_AFTER_ERROR_S / 2, longest)

"""One schedule by which all open runs are looked after: often at first, seldom when they are old."""

import heapq
import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lib.domain.clock import Clock
from lib.domain.errors import PlantainError, TooManyRequests

LOOKS_AT_A_TIME = 8
LOOKS_PER_S = 20.0
OLD_S = 60.0
OLD_LOOKS_PER_S = 5.0
"""At most this often for all runs together that are older than OLD_S: nobody waits for each."""
PACE: tuple[tuple[float, float], ...] = ((8.0, 0.4), (60.0, 0.8), (300.0, 3.0), (3600.0, 10.0))
"""(up to this age in seconds, look every so many seconds)"""
SLOWEST_S = 30.0
PAUSE_AFTER_429_S = 5.0
BETWEEN_HINTS_S = 10.0
"""A run is looked at out of turn this often at most, however many callbacks say "look"."""
SHORTEST_PAUSE_AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watched:
    """A run that is looked after. Times are monotonic seconds.

    `due_s` is when it is looked at next, None while it is being looked at. `hint_s` is when it is
    to be looked at out of turn (`is_hinted`), or last was.
    """

    run_id: str
    since_s: float
    due_s: float | None = None
    hint_s: float | None = None
    is_hinted: bool = False
    errors: int = 0


@dataclass(order=True, slots=True)
class Turn:
    """A place in the schedule. Only the one whose `due_s` is its run's own counts."""

    due_s: float
    watched: Watched = field(compare=False)


class Polling:
    """Calls `look` for each watched run until it says there is nothing more to look for.

    Then `on_end` is told. `age_s` tells for how long the API has had a run. What is watched is
    forgotten with the process: the ledger knows which runs are accepted, and each start watches
    them again.
    """

    def __init__(
        self,
        *,
        look: Callable[[str], bool],
        on_end: Callable[[str], None],
        clock: Clock,
        age_s: Callable[[str], float] = lambda _run_id: 0.0,
    ) -> None:
        self._look = look
        self._on_end = on_end
        self._clock = clock
        self._age_s = age_s
        self._turns: list[Turn] = []
        self._watched: dict[str, Watched] = {}
        self._paused_until_s = 0.0
        self._changed = threading.Condition()
        self._running = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to look."""
        self._running = True
        self.mend()

    def mend(self) -> int:
        """See that as many threads look as should; returns how many were missing."""
        with self._changed:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            missing = LOOKS_AT_A_TIME - len(self._threads) if self._running else 0
            for number in range(missing):
                # Daemons: a slow download does not hold up the end of the program.
                thread = threading.Thread(target=self._loop, name=f"look-{number}", daemon=True)
                thread.start()
                self._threads.append(thread)
            return missing

    def stop(self) -> None:
        """Begin no further look."""
        with self._changed:
            self._running = False
            self._changed.notify_all()

    def watch(self, run_id: str, *, after_s: float = 0.0) -> bool:
        """Look after a run from now on, or after a while; False when that is done already."""
        if run_id in self._watched:
            return False
        now, age_s = self._clock.monotonic_s(), max(0.0, self._age_s(run_id))
        with self._changed:
            if run_id in self._watched:
                return False
            self._watched[run_id] = Watched(run_id, now - age_s)
            self._schedule(self._watched[run_id], now + after_s + pause_at_age(0.0))
            return True

    def is_watching(self, run_id: str) -> bool:
        """Whether a run is looked after."""
        with self._changed:
            return run_id in self._watched

    def look_now(self, run_id: str) -> None:
        """Look at a run out of turn, once in BETWEEN_HINTS_S: an earlier call's look is moved up.

        A call that comes sooner is not lost: its look comes when that time is over.
        """
        self.watch(run_id)
        now = self._clock.monotonic_s()
        with self._changed:
            watched = self._watched.get(run_id)
            if watched is None or watched.is_hinted:
                return
            last = watched.hint_s
            watched.hint_s = now if last is None else max(now, last + BETWEEN_HINTS_S)
            watched.is_hinted = True
            if watched.due_s is not None and watched.hint_s < watched.due_s:
                self._schedule(watched, watched.hint_s)

    def _schedule(self, watched: Watched, due_s: float) -> None:
        watched.due_s = due_s
        heapq.heappush(self._turns, Turn(due_s, watched))
        self._changed.notify()

    def _loop(self) -> None:
        while (watched := self._next_due()) is not None:
            try:
                self._look_once(watched)
            except BaseException:
                # The thread dies of it. The run does not: another thread looks at it.
                self._again(watched)
                raise

    def _next_due(self) -> Watched | None:
        """Wait for the next run that is due, no faster than LOOKS_PER_S; None at the end."""
        with self._changed:
            while self._running:
                now = self._clock.monotonic_s()
                wait = self._wait(now)
                if wait is not None and wait <= 0:
                    self._paused_until_s = now + 1 / LOOKS_PER_S
                    return self._take_turn(now)
                self._changed.wait(wait)
        return None

    def _wait(self, now: float) -> float | None:
        while self._turns and self._turns[0].watched.due_s != self._turns[0].due_s:
            heapq.heappop(self._turns)  # its run was moved up, and has had its turn
        if not self._turns:
            return None
        return max(self._turns[0].due_s, self._paused_until_s) - now

    def _take_turn(self, now: float) -> Watched:
        watched = heapq.heappop(self._turns).watched
        watched.due_s = None
        if watched.hint_s is not None and watched.hint_s <= now:
            watched.is_hinted = False
        return watched

    def _look_once(self, watched: Watched) -> None:
        try:
            if self._look(watched.run_id):
                self._forget(watched.run_id)
                return
            watched.errors = 0
        except TooManyRequests as error:
            self._slow_down(error.retry_after_s)
        except PlantainError as error:
            # The API, or a full disk: it says itself what is wrong.
            log.info("looking at run %s: %s", watched.run_id, error)
            watched.errors += 1
        except Exception:
            log.exception("looking at run %s failed; it will be looked at again", watched.run_id)
            watched.errors += 1
        self._again(watched)

    def _again(self, watched: Watched) -> None:
        now = self._clock.monotonic_s()
        age_s = now - watched.since_s
        with self._changed:
            pause = pause_at_age(age_s, old_runs=self._count_old(now))
            if watched.errors:
                pause = max(pause, pause_after_errors(watched.errors))
            due_s = now + pause
            if watched.is_hinted and watched.hint_s is not None:
                due_s = min(due_s, max(now, watched.hint_s))  # said while it was being looked at
            self._schedule(watched, due_s)

    def _count_old(self, now: float) -> int:
        return sum(now - watched.since_s >= OLD_S for watched in self._watched.values())

    def _forget(self, run_id: str) -> None:
        with self._changed:
            self._watched.pop(run_id, None)
        self._on_end(run_id)

    def _slow_down(self, retry_after_s: float | None) -> None:
        pause = retry_after_s or random.uniform(0, PAUSE_AFTER_429_S)
        with self._changed:
            until_s = self._clock.monotonic_s() + pause
            self._paused_until_s = max(self._paused_until_s, until_s)


def pause_at_age(age_s: float, *, old_runs: int = 0) -> float:
    """How long to wait between two looks at a run of that age, a little different each time.

    Longer at an old run that shares the looks at old ones with many others.
    """
    pause = next((pause for up_to, pause in PACE if age_s < up_to), SLOWEST_S)
    if age_s >= OLD_S:
        pause = max(pause, old_runs / OLD_LOOKS_PER_S)
    return pause * random.uniform(0.8, 1.2)


def pause_after_errors(errors: int) -> float:
    """Full jitter under a doubling bound, so that an API that comes back is not overrun."""
    longest = min(SLOWEST_S, SHORTEST_PAUSE_AFTER_ERROR_S * 2 ** min(errors, 10))
    return random.uniform(SHORTEST_PAUSE_AFTER_ERROR_S / 2, longest)

"""The times of the submit protocol. Each is a bound that keeps one charge from becoming two."""

import random
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.domain.run import Run

SECOND_MS = 1000
HOUR_MS = 3600 * SECOND_MS
MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class ProtocolTimes:
    """Milliseconds all.

    `send_within_ms`: a request whose intent is older than this is not sent any more, so a process
    that was frozen cannot send what others have since looked into.
    `quiet_ms`: after a lost answer nothing is sent for this long; it exceeds the slowest accept.
    `first_ask_ms`, `ask_again_ms`: asking is harmless, so it starts soon; two answers "not known",
    `ask_again_ms` apart and both after the quiet time, allow to send once more.
    `resend_for_ms`: an older click is never sent again, since nobody knows how long the API keeps
    an idempotency key; a person decides.
    `unreadable_for_ms`, `empty_for_ms`: how long a run is tried that the API denies or whose
    pictures cannot be had, and one that succeeded without pictures, before a person decides; the
    latter is also for how long at least the API must have said so.
    """

    send_within_ms: int = 5 * SECOND_MS
    quiet_ms: int = 65 * SECOND_MS
    longest_quiet_ms: int = 900 * SECOND_MS
    first_ask_ms: int = 1 * SECOND_MS
    ask_again_ms: int = 10 * SECOND_MS
    resend_for_ms: int = 12 * HOUR_MS
    unreadable_for_ms: int = 24 * HOUR_MS
    empty_for_ms: int = 60 * SECOND_MS
    shortest_backoff_ms: int = 1 * SECOND_MS
    longest_backoff_ms: int = 30 * SECOND_MS


def times_for(quiet_seconds: float) -> ProtocolTimes:
    """The protocol's times for a quiet time that someone has chosen."""
    quiet_ms = round(quiet_seconds * SECOND_MS)
    return ProtocolTimes(quiet_ms=quiet_ms, ask_again_ms=min(10 * SECOND_MS, quiet_ms))


class Pace:
    """Tells when the next thing is due, by `clock` and `times`. All in ms, waits in seconds."""

    def __init__(self, clock: Clock, times: ProtocolTimes) -> None:
        self._clock = clock
        self.times = times

    def now(self) -> int:
        """Wall time, ms UTC."""
        return self._clock.now_ms()

    def monotonic_ms(self) -> float:
        """Milliseconds that never run backwards."""
        return self._clock.monotonic_s() * 1000

    def seconds_until(self, due_at: int | None) -> float:
        """How long to wait for `due_at`; 0 when it is past or not set.

        No wait is set that is longer than the longest backoff: what is due later than that was
        written before the wall clock was set back, and is due now.
        """
        wait_ms = max(0, (due_at or 0) - self.now())
        return 0.0 if wait_ms > self.times.longest_backoff_ms else wait_ms / 1000

    def age(self, run: Run) -> int:
        """How long ago its click was."""
        return self.now() - run.created_at

    def accepted_for_s(self, run: Run | None) -> float:
        """For how long the API has had a run; 0 while it does not have it."""
        if run is None or run.accepted_at is None:
            return 0.0
        return max(0, self.now() - run.accepted_at) / 1000

    def soon(self) -> int:
        """When to ask the API for the first time after a lost answer."""
        return self.now() + self.times.first_ask_ms

    def quiet_ms(self, earlier_attempts: int) -> int:
        """How long to be quiet after the next attempt: longer after each that was lost."""
        longest = max(self.times.longest_quiet_ms, self.times.quiet_ms)
        return min(self.times.quiet_ms << min(earlier_attempts, MOST_DOUBLINGS), longest)

    def after_backoff(self, attempts: int) -> int:
        """Now and a random while that grows with each attempt, so that many do not return at once."""
        longest = self.times.shortest_backoff_ms << min(attempts, MOST_DOUBLINGS)
        backoff = random.uniform(0.5, 1.0) * min(longest, self.times.longest_backoff_ms)
        return self.now() + round(backoff)

    def growing(self, since: int, longest_ms: int) -> int:
        """A wait (ms) as long as what has passed `since`: soon at first, then less often."""
        passed = max(self.now() - since, self.times.first_ask_ms)
        return round(random.uniform(0.8, 1.0) * min(passed, longest_ms))

"""Refused callbacks, written down seldom: a flood of them must not become a flood of writes."""

import threading
from collections import Counter, deque

from lib.domain.callback import Reason, Refusal
from lib.domain.clock import Clock
from lib.store.inbox import REFUSALS_KEPT, Inbox

LONGEST_EXCERPT = 1024
LONGEST_REQUEST_ID = 255
BETWEEN_WRITES_S = 5.0


class CallbackRefusals:
    """Counts in memory and writes at most once in BETWEEN_WRITES_S, the first at once.

    A crash forgets the counts of the last seconds; they are for show.
    """

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._lock = threading.Lock()
        self._unwritten: deque[Refusal] = deque(maxlen=REFUSALS_KEPT)
        self._counts: Counter[str] = Counter()
        self._write_after_s = clock.monotonic_s()

    def note(self, reason: Reason, request_id: str | None, body: bytes) -> bool:
        """Remember a refusal. True when it is time to `write`; the caller knows when it may wait."""
        refusal = Refusal(
            self._clock.now_ms(),
            str(reason),
            request_id and request_id[:LONGEST_REQUEST_ID],
            body[:LONGEST_EXCERPT],
        )
        with self._lock:
            self._unwritten.append(refusal)
            self._counts[refusal.reason] += 1
            return self._clock.monotonic_s() >= self._write_after_s

    def write(self) -> None:
        """Put what was noted into the database."""
        with self._lock:
            self._write_after_s = self._clock.monotonic_s() + BETWEEN_WRITES_S
            refusals, counts = list(self._unwritten), dict(self._counts)
            self._unwritten.clear()
            self._counts.clear()
        if counts:
            self._inbox.put_refusals(refusals, counts)

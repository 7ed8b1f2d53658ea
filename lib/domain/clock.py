"""The one place that asks the machine for the time, so that everything else can be given it."""

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now_ms(self) -> int:
        """Wall time: milliseconds since 1970, UTC. May jump; good for records and for showing."""

    def monotonic_s(self) -> float:
        """Seconds that never run backwards. Good for deadlines within one process."""


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()

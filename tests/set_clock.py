"""A clock that stands still until a test moves it."""

from lib.domain.clock import Clock


class SetClock(Clock):
    """Wall time and monotonic time, moved together or apart."""

    def __init__(self) -> None:
        self.wall_ms = 1_795_000_000_000
        self.since_start_s = 1_000.0

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic_s(self) -> float:
        return self.since_start_s

    def pass_s(self, seconds: float) -> None:
        """Time passes."""
        self.wall_ms += round(seconds * 1000)
        self.since_start_s += seconds

    def jump_s(self, seconds: float) -> None:
        """Someone sets the wall clock."""
        self.wall_ms += round(seconds * 1000)

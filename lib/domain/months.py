"""Months of the books: when they begin and end in a time zone, and where what comes later counts.

A month that is closed stays as it is: what becomes known of its runs afterwards counts in the month
that is open by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from lib.domain.budget import Span
from lib.domain.days import day_of, start_ms
from lib.domain.errors import PlantainError


class NotToBeClosed(PlantainError):
    """The month has to stay open: `run_ids` are some of the runs why, also open ones."""

    def __init__(self, why: str, run_ids: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.run_ids = tuple(run_ids)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar; as text `2026-10`."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day is in."""
        return cls(day.year, day.month)

    @classmethod
    def at(cls, moment_ms: int, zone: ZoneInfo) -> Self:
        """The month that it is in a zone, at a moment (ms UTC)."""
        return cls.of(day_of(moment_ms, zone))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month of `2026-10`. Raises ValueError for anything else."""
        return cls.of(date.fromisoformat(f"{text}-01"))

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.next().first - timedelta(days=1)

    def next(self) -> Self:
        """The month after it."""
        return type(self).of(self.first + timedelta(days=31))

    def before(self) -> Self:
        """The month before it."""
        return type(self).of(self.first - timedelta(days=1))

    def span(self, zone: ZoneInfo) -> Span:
        """From its first moment in a zone to the first one after it."""
        return Span(start_ms(self.first, zone), start_ms(self.next().first, zone))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def counting_moment(closed: Iterable[Span], anchor_ms: int, now_ms: int) -> int:
    """When a line counts: at its anchor (ms UTC), unless that is in a month closed by now.

    Then it counts now, or where the first open month begins should the clock be behind.
    """
    spans = sorted(closed, key=lambda span: span.from_ms)
    if not any(span.has(anchor_ms) for span in spans):
        return anchor_ms
    moment = max(anchor_ms, now_ms)
    for span in spans:
        if span.has(moment):
            moment = span.to_ms
    return moment

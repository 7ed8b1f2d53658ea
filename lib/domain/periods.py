"""The periods that reports of costs are about: days of the team's zone, and those to compare with."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib.domain.days import start_ms

THIRTY = 30
MOST_YEARS = 100
MOST_DAYS = MOST_YEARS * 366
ONE_DAY = timedelta(days=1)
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Days that a link can name: every zone can say when they begin."""


class Period(StrEnum):
    """The periods that a report offers. The words stand in links."""

    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    LAST_30_DAYS = "last-30-days"
    ALL_TIME = "all-time"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row, both ends included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def span_ms(self, zone: ZoneInfo) -> tuple[int, int]:
        """When they begin and when they are over in a zone, ms UTC: half-open, DST-safe."""
        return start_ms(self.first, zone), start_ms(self.last + ONE_DAY, zone)


def days_of(period: Period, today: date, *, ever: Days) -> Days:
    """The days of a period that ends today, or before. `ever` are all days that have runs.

    Raises ValueError for CUSTOM, which nobody knows without its days.
    """
    month = today.replace(day=1)
    match period:
        case Period.THIS_MONTH:
            return Days(month, today)
        case Period.LAST_MONTH:
            last = month - ONE_DAY
            return Days(last.replace(day=1), last)
        case Period.LAST_30_DAYS:
            return Days(today - timedelta(days=THIRTY - 1), today)
        case Period.ALL_TIME:
            return ever
        case Period.CUSTOM:
            raise ValueError("a period of one's own has a first and a last day.")


def previous_of(period: Period, days: Days) -> Days | None:
    """What a period is compared with; None for all time.

    This month: the month before it, up to the same day. Last month: the month before it. All
    others: the same number of days before the first.
    """
    match period:
        case Period.ALL_TIME:
            return None
        case Period.THIS_MONTH | Period.LAST_MONTH:
            end = days.first - ONE_DAY
            first = end.replace(day=1)
            if period is Period.LAST_MONTH:
                return Days(first, end)
            return Days(first, min(end, first + timedelta(days=days.count - 1)))
        case _:
            return Days(days.first - timedelta(days=days.count), days.first - ONE_DAY)


def custom_days(first: str, last: str) -> Days:
    """The days between two that stand in a link, both included.

    Raises ValueError that says in plain words which is wrong and what would be right.
    """
    days = Days(_day("from", first), _day("to", last))
    if days.last < days.first:
        raise ValueError(
            f"to ({days.last}) is before from ({days.first}): the first day comes first."
        )
    if days.count > MOST_DAYS:
        raise ValueError(
            f"from {days.first} to {days.last} is too long: {MOST_YEARS} years at most."
        )
    return days


def _day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} cannot be {text[:40]!r}: give a day as 2026-11-22.") from error
    if not EARLIEST <= day <= LATEST:
        raise ValueError(
            f"{name} cannot be {text[:40]!r}: {EARLIEST} to {LATEST} can be asked for."
        )
    return day

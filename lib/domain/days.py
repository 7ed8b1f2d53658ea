"""Days of a time zone as moments: ms since 1970, UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)
"""Every zone can say when these begin and end; a day beyond them is taken for one of them."""


def local_time(at_ms: int, zone: ZoneInfo) -> datetime:
    """What the clocks of a zone show at a moment (ms UTC), with their offset."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


def day_of(at_ms: int, zone: ZoneInfo) -> date:
    """The day that a moment (ms UTC) is in, in a zone."""
    return local_time(at_ms, zone).date()


def start_ms(day: date, zone: ZoneInfo) -> int:
    """When a day begins in a zone, ms UTC. DST-safe: a day may have 23 or 25 hours."""
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp() * 1000)


def span_ms(first: date | None, last: date | None, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """When the first day begins and the last one is over; None where there is no such day."""
    begins = None if first is None else start_ms(_within(first), zone)
    is_over = None if last is None else start_ms(_within(last) + timedelta(days=1), zone)
    return begins, is_over


def _within(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)

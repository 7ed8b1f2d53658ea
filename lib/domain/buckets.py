"""Hours, days, weeks and months of a zone, as spans that never overlap and leave nothing out."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib.domain.days import LAST_DAY, local_time, start_ms

HOUR_MS = 60 * 60 * 1000
MOST_BUCKETS = 750
"""So many can be told apart on a chart, by scrolling: the hours of a month."""
GOOD_MANY = 100

Span = tuple[int, int]


class Bucket(StrEnum):
    """What a chart's bars stand for, the finest first. The words stand in links."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"


def buckets_between(bucket: Bucket, from_ms: int, to_ms: int, zone: ZoneInfo) -> list[Span]:
    """The buckets of a span, ms UTC and half-open; the first and the last may be cut short.

    A day of a zone may have 23 or 25 hours, and an hour may come twice: both then stand here.
    """
    spans = []
    starts_at = from_ms
    while starts_at < to_ms:
        ends_at = min(to_ms, max(next_start(bucket, starts_at, zone), starts_at + 1))
        spans.append((starts_at, ends_at))
        starts_at = ends_at
    return spans


def next_start(bucket: Bucket, at_ms: int, zone: ZoneInfo) -> int:
    """When the bucket that a moment is in is over."""
    local = local_time(at_ms, zone)
    if bucket is Bucket.HOUR:
        into = local.minute * 60_000 + local.second * 1000 + local.microsecond // 1000
        return at_ms + HOUR_MS - into
    following = _following(bucket, local.date())
    while (ends_at := start_ms(following, zone)) <= at_ms and following < LAST_DAY:
        following += timedelta(days=1)  # a zone that changed sides of the date line left a day out
    return ends_at


def _following(bucket: Bucket, day: date) -> date:
    if bucket is Bucket.DAY:
        return day + timedelta(days=1)
    if bucket is Bucket.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def fitting(from_ms: int, to_ms: int) -> Iterator[Bucket]:
    """The buckets that a span is not too long for, the finest first; a month always is."""
    hours = {Bucket.HOUR: 1, Bucket.DAY: 24, Bucket.WEEK: 168}
    for bucket, length in hours.items():
        if to_ms - from_ms <= length * MOST_BUCKETS * HOUR_MS:
            yield bucket
    yield Bucket.MONTH


def usual(from_ms: int, to_ms: int) -> Bucket:
    """The bucket that a chart begins with: hours for a day or two, then days, weeks, months."""
    length = to_ms - from_ms
    if length <= 50 * HOUR_MS:
        return Bucket.HOUR
    if length <= GOOD_MANY * 24 * HOUR_MS:
        return Bucket.DAY
    return Bucket.WEEK if length <= GOOD_MANY * 168 * HOUR_MS else Bucket.MONTH

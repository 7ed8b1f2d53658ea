"""Buckets of every zone: nothing between them, nothing twice, and each begins where a clock says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.buckets import (
    HOUR_MS,
    MOST_BUCKETS,
    Bucket,
    buckets_between,
    fitting,
    next_start,
    usual,
)

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
SLOT_MS = 15 * 60 * 1000
YEAR_2026 = (1_767_225_600_000, 1_798_761_600_000)
SLOTS = st.integers(YEAR_2026[0] // SLOT_MS, YEAR_2026[1] // SLOT_MS).map(lambda at: at * SLOT_MS)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


def begins_one(bucket: Bucket, at: datetime) -> bool:
    """Whether a clock of the zone says that one begins; summer may have left its midnight out."""
    day = at if bucket is Bucket.HOUR else at - timedelta(hours=at.hour)
    is_first = {
        Bucket.HOUR: True,
        Bucket.DAY: True,
        Bucket.WEEK: day.weekday() == 0,
        Bucket.MONTH: day.day == 1,
    }
    return (
        at.minute in (0, 30)
        and at.hour <= (23 if bucket is Bucket.HOUR else 1)
        and is_first[bucket]
    )


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("bucket", list(Bucket))
def test_the_buckets_of_a_year_leave_nothing_out_and_nothing_overlaps(
    zone_name: str, bucket: Bucket
) -> None:
    zone = ZoneInfo(zone_name)

    spans = buckets_between(bucket, *YEAR_2026, zone)

    assert [ends for _, ends in spans[:-1]] == [begins for begins, _ in spans[1:]]
    assert (spans[0][0], spans[-1][1]) == YEAR_2026
    assert all(begins < ends and begins % SLOT_MS == 0 for begins, ends in spans)
    assert all(begins_one(bucket, local(begins, zone)) for begins, _ in spans[1:])


@pytest.mark.parametrize("zone_name", ZONES)
@given(at=SLOTS, bucket=st.sampled_from(Bucket))
def test_a_moment_and_the_last_one_of_its_bucket_say_the_same(
    zone_name: str, at: int, bucket: Bucket
) -> None:
    zone = ZoneInfo(zone_name)
    end = next_start(bucket, at, zone)

    assert end > at
    first, last = local(at, zone), local(end - 1, zone)
    if bucket is Bucket.HOUR:
        assert (first.date(), first.hour) == (last.date(), last.hour)
        assert end - at <= HOUR_MS
    elif bucket is Bucket.DAY:
        assert first.date() == last.date() != local(end, zone).date()
    elif bucket is Bucket.WEEK:
        assert first.isocalendar()[:2] == last.isocalendar()[:2]
    else:
        assert (first.year, first.month) == (last.year, last.month)


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    day = (ms("2026-10-25T00:00+02:00"), ms("2026-10-26T00:00+01:00"))
    berlin = ZoneInfo("Europe/Berlin")

    hours = buckets_between(Bucket.HOUR, *day, berlin)

    assert len(hours) == 25
    assert [local(begins, berlin).hour for begins, _ in hours][1:4] == [1, 2, 2]
    assert buckets_between(Bucket.DAY, *day, berlin) == [day]


def test_a_day_that_an_island_left_out_has_no_bucket() -> None:
    apia = ZoneInfo("Pacific/Apia")
    span = (ms("2011-12-29T00:00-10:00"), ms("2012-01-01T00:00+14:00"))

    days = [local(begins, apia).day for begins, _ in buckets_between(Bucket.DAY, *span, apia)]

    assert days == [29, 31]


def test_the_first_and_the_last_bucket_are_cut_short() -> None:
    span = (ms("2026-11-11T10:15Z"), ms("2026-11-24T09:30Z"))

    weeks = buckets_between(Bucket.WEEK, *span, ZoneInfo("UTC"))

    assert weeks == [
        (span[0], ms("2026-11-16T00:00Z")),
        (ms("2026-11-16T00:00Z"), ms("2026-11-23T00:00Z")),
        (ms("2026-11-23T00:00Z"), span[1]),
    ]


@given(begins=SLOTS, slots=st.integers(1, 2_000_000))
def test_the_usual_bucket_fits_and_makes_few_bars(begins: int, slots: int) -> None:
    ends = begins + slots * SLOT_MS

    chosen = usual(begins, ends)

    assert chosen in list(fitting(begins, ends))
    if (ends - begins) / HOUR_MS / 24 < 365 * 20:
        assert len(buckets_between(chosen, begins, ends, ZoneInfo("UTC"))) < 260


@given(begins=SLOTS, slots=st.integers(1, 100_000))
def test_a_bucket_that_fits_makes_no_more_bars_than_can_be_shown(begins: int, slots: int) -> None:
    ends = begins + slots * SLOT_MS

    for bucket in fitting(begins, ends):
        assert len(buckets_between(bucket, begins, ends, ZoneInfo("UTC"))) <= MOST_BUCKETS + 2

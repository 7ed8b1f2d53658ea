"""Periods of reports: which days they are, what they are compared with, and what a link may say."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.periods import Days, Period, custom_days, days_of, previous_of

EVER = Days(date(2025, 3, 1), date(2026, 12, 24))
ENDING_TODAY = [Period.THIS_MONTH, Period.LAST_MONTH, Period.LAST_30_DAYS]
TODAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("today", "period", "expected", "previous"),
    [
        ("2026-11-23", Period.THIS_MONTH, days("2026-11-01", "2026-11-23"), ("10-01", "10-23")),
        ("2026-11-01", Period.THIS_MONTH, days("2026-11-01", "2026-11-01"), ("10-01", "10-01")),
        ("2026-03-31", Period.THIS_MONTH, days("2026-03-01", "2026-03-31"), ("02-01", "02-28")),
        ("2026-04-30", Period.THIS_MONTH, days("2026-04-01", "2026-04-30"), ("03-01", "03-30")),
        ("2026-11-23", Period.LAST_MONTH, days("2026-10-01", "2026-10-31"), ("09-01", "09-30")),
        ("2026-03-15", Period.LAST_MONTH, days("2026-02-01", "2026-02-28"), ("01-01", "01-31")),
        ("2026-11-23", Period.LAST_30_DAYS, days("2026-10-25", "2026-11-23"), ("09-25", "10-24")),
    ],
)
def test_a_period_is_made_of_whole_days(
    today: str, period: Period, expected: Days, previous: tuple[str, str]
) -> None:
    found = days_of(period, date.fromisoformat(today), ever=EVER)

    assert found == expected
    first, last = previous
    assert previous_of(period, found) == days(f"2026-{first}", f"2026-{last}")


def test_all_time_is_compared_with_nothing() -> None:
    found = days_of(Period.ALL_TIME, date(2026, 11, 23), ever=EVER)

    assert found == EVER
    assert previous_of(Period.ALL_TIME, found) is None


def test_days_of_ones_own_are_compared_with_as_many_before() -> None:
    chosen = custom_days("2026-03-10", "2026-03-12")

    assert previous_of(Period.CUSTOM, chosen) == days("2026-03-07", "2026-03-09")


@given(today=TODAYS, period=st.sampled_from(ENDING_TODAY))
def test_the_days_before_never_touch_the_days_themselves(today: date, period: Period) -> None:
    now = days_of(period, today, ever=EVER)
    before = previous_of(period, now)

    assert before is not None
    assert before.first <= before.last < now.first <= now.last <= today
    if period is Period.LAST_30_DAYS:
        assert before.count == now.count == 30


@given(first=TODAYS, length=st.integers(0, 36_000))
def test_days_of_ones_own_are_read_from_a_link(first: date, length: int) -> None:
    last = first + timedelta(days=length)

    assert custom_days(first.isoformat(), last.isoformat()) == Days(first, last)


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        ("", "2026-11-22", "from cannot be ''"),
        ("2026-11-31", "2026-12-01", "from cannot be '2026-11-31'"),
        ("2026-11-01", "tomorrow", "to cannot be 'tomorrow'"),
        ("2026-11-02", "2026-11-01", "before from"),
        ("1900-01-01", "2026-11-01", "100 years at most"),
        ("2026-11-01", "9999-12-31", "to cannot be '9999-12-31': 1900-01-01 to"),
        ("0001-01-01", "0001-01-02", "from cannot be '0001-01-01'"),
    ],
)
def test_days_that_cannot_be_are_told_in_plain_words(first: str, last: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        custom_days(first, last)


def test_days_that_nobody_has_said_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="first and a last day"):
        days_of(Period.CUSTOM, date(2026, 11, 23), ever=EVER)


def test_a_day_when_clocks_change_has_23_or_25_hours() -> None:
    berlin, hour = ZoneInfo("Europe/Berlin"), 3_600_000
    lengths = []
    for day in ("2026-03-29", "2026-10-25"):
        begins, ends = days(day, day).span_ms(berlin)
        lengths.append((ends - begins) // hour)

    assert lengths == [23, 25]

"""Costs by day: every run on the day of its click in the team's zone, and nothing lost between."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.domain.days import start_ms
from lib.services.costs import CostReport, CostService, Period, by_day
from lib.store.tables import SLOT_MS, Tables
from lib.store.tables_frames import SLOT_DTYPES, frame
from tests.set_clock import SetClock
from tests.store.ended_runs import empty, put, run_row

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",  # its clocks go back at 1:00: midnight comes twice
    "America/St_Johns",
    "Africa/Cairo",  # its summer begins at midnight: that day has no 0:00
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Australia/Lord_Howe",  # its summer time is half an hour
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
YEAR_2026_MS = (1_767_225_600_000, 1_798_761_600_000)
MOMENTS = st.integers(*YEAR_2026_MS)
IN_2026 = st.dates(date(2026, 1, 2), date(2026, 12, 30))


def costs(database: sa.Engine, clock: SetClock, zone: str = "UTC") -> CostService:
    return CostService(Tables(database), origin="sandbox", zone=ZoneInfo(zone), clock=clock)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def off_by(report: CostReport) -> int:
    """How far the days are from the spend."""
    return next(tie.difference_micros for tie in report.ties if tie.book == "Days of this page")


def day_of(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()


# -- days and zones ------------------------------------------------------------------------------


@pytest.mark.parametrize("zone_name", ZONES)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=20))
def test_each_run_counts_on_the_day_that_the_team_had(zone_name: str, moments: list[int]) -> None:
    zone = ZoneInfo(zone_name)
    rows = [
        {
            "slot": at - at % SLOT_MS,
            "runs": 1,
            "pictures": 2,
            "estimate_micros": 90_000,
            "cost_micros": 80_000 + place,
        }
        for place, at in enumerate(moments)
    ]
    first, last = (day_of(end(moments), zone) for end in (min, max))

    days = by_day(frame(rows, SLOT_DTYPES), first, last, zone)

    expected: dict[date, int] = {}
    for place, at in enumerate(moments):
        expected[day_of(at, zone)] = expected.get(day_of(at, zone), 0) + 80_000 + place
    found = {day.date(): cost for day, cost in zip(days["day"], days["cost_micros"], strict=True)}
    assert {day: cost for day, cost in found.items() if cost} == expected
    assert days["runs"].sum() == len(moments)
    assert list(found) == [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("zone_name", ZONES)
@given(day=IN_2026, within=st.integers(0, 10**9))
def test_a_day_begins_where_the_one_before_ends(zone_name: str, day: date, within: int) -> None:
    zone = ZoneInfo(zone_name)
    start, end = start_ms(day, zone), start_ms(day + timedelta(days=1), zone)

    assert 23 * 3_600_000 <= end - start <= 25 * 3_600_000
    assert day_of(start, zone) == day == day_of(end - 1, zone)
    assert day_of(start + within % (end - start), zone) == day
    assert start % SLOT_MS == 0


def test_a_day_without_its_midnight_begins_an_hour_later() -> None:
    cairo = ZoneInfo("Africa/Cairo")

    assert start_ms(date(2026, 4, 24), cairo) == ms("2026-04-24T01:00+03:00")
    assert start_ms(date(2026, 4, 25), cairo) - start_ms(date(2026, 4, 24), cairo) == 23 * 3_600_000


@pytest.mark.parametrize("zone_name", ZONES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=5)
@given(moments=st.lists(MOMENTS, max_size=6), period=st.sampled_from(Period))
@example(moments=[ms("2026-10-25T00:30Z"), ms("2026-10-25T01:30Z")], period=Period.ALL_TIME)
def test_the_days_always_add_up_to_the_total(
    database: sa.Engine, clock: SetClock, zone_name: str, moments: list[int], period: Period
) -> None:
    empty(database)
    put(database, *(run_row(f"{n}", created_at=at) for n, at in enumerate(moments)))

    report = costs(database, clock, zone_name).report(period)

    assert off_by(report) == 0
    assert report.days["runs"].sum() == report.totals.settled_runs
    assert report.days["estimate_micros"].sum() == report.totals.estimate_of_settled_micros
    if period is Period.ALL_TIME:
        assert report.totals.spend_micros == 80_000 * len(moments)


# -- periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "period", "first", "last"),
    [
        ("2026-11-23T12:00Z", Period.THIS_MONTH, "2026-11-01", "2026-11-23"),
        ("2026-11-01T00:00Z", Period.THIS_MONTH, "2026-11-01", "2026-11-01"),
        ("2026-11-23T12:00Z", Period.LAST_30_DAYS, "2026-10-25", "2026-11-23"),
        ("2026-01-15T12:00Z", Period.LAST_MONTH, "2025-12-01", "2025-12-31"),
        ("2028-03-31T12:00Z", Period.LAST_MONTH, "2028-02-01", "2028-02-29"),
        ("2026-11-23T12:00Z", Period.ALL_TIME, "2026-11-23", "2026-11-23"),
    ],
)
def test_a_period_is_made_of_whole_days(
    database: sa.Engine, clock: SetClock, now: str, period: Period, first: str, last: str
) -> None:
    clock.wall_ms = ms(now)

    report = costs(database, clock).report(period)

    assert (str(report.first), str(report.last)) == (first, last)
    assert len(report.days) == (report.last - report.first).days + 1


def test_the_month_is_that_of_the_zone(database: sa.Engine, clock: SetClock) -> None:
    clock.wall_ms = ms("2026-11-30T23:30Z")
    put(database, run_row("1", created_at=clock.wall_ms))

    berlin = costs(database, clock, "Europe/Berlin")
    assert berlin.report(Period.THIS_MONTH).first == date(2026, 12, 1)
    assert berlin.report(Period.THIS_MONTH).totals.runs == 1
    assert costs(database, clock).report(Period.THIS_MONTH).first == date(2026, 11, 1)


def test_all_time_reaches_from_the_first_run_to_one_of_a_clock_that_was_wrong(
    database: sa.Engine, clock: SetClock
) -> None:
    clock.wall_ms = ms("2026-11-23T12:00Z")
    early, late = ms("2026-10-01T12:00Z"), ms("2026-12-24T12:00Z")
    put(database, run_row("1", created_at=early), run_row("2", created_at=late))

    report = costs(database, clock).report(Period.ALL_TIME)

    assert (str(report.first), str(report.last)) == ("2026-10-01", "2026-12-24")
    assert report.totals.spend_micros == 160_000
    assert off_by(report) == 0


def test_a_report_that_does_not_add_up_says_by_how_much(
    database: sa.Engine, clock: SetClock
) -> None:
    put(database, run_row("1", created_at=clock.wall_ms))
    report = costs(database, clock).report(Period.THIS_MONTH)
    report.days["cost_micros"] = pd.array([0] * len(report.days), dtype="Int64")

    assert off_by(report) == -80_000

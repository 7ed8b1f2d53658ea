"""Costs by day: every run on the day of its click in the team's zone, and nothing lost between."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.domain.bucket_names import named_bucket
from lib.domain.buckets import Bucket
from lib.domain.cost_query import CostQuery
from lib.domain.days import start_ms
from lib.domain.periods import Period
from lib.domain.spend import Group
from lib.services.cost_report import CostReport
from lib.services.costs import CostService
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import SLOT_MS, book, empty, forget_lines, put, run_row

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


def bars_off_by(report: CostReport) -> int:
    """How far the bars are from the spend."""
    return next(tie.difference_micros for tie in report.ties if tie.book == "Bars of this page")


def day_of(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()


# -- days and zones ------------------------------------------------------------------------------


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
@given(
    moments=st.lists(MOMENTS, max_size=6),
    period=st.sampled_from([period for period in Period if period is not Period.CUSTOM]),
    every=st.sampled_from(Bucket),
)
@example(
    moments=[ms("2026-10-25T00:30Z"), ms("2026-10-25T01:30Z")],
    period=Period.ALL_TIME,
    every=Bucket.HOUR,
)
def test_the_bars_always_add_up_to_the_total(
    database: sa.Engine,
    clock: SetClock,
    zone_name: str,
    moments: list[int],
    period: Period,
    every: Bucket,
) -> None:
    forget_lines(database)
    empty(database)
    put(database, *(run_row(f"{n}", created_at=at) for n, at in enumerate(moments)))
    book(database)

    report = costs(database, clock, zone_name).report(CostQuery(period, every=every))

    assert report.ties_out, report.ties
    assert bars_off_by(report) == 0
    if period is Period.ALL_TIME:
        assert report.spend_micros == 80_000 * len(moments)


# -- periods -------------------------------------------------------------------------------------


def test_the_month_is_that_of_the_zone(database: sa.Engine, clock: SetClock) -> None:
    clock.wall_ms = ms("2026-11-30T23:30Z")
    put(database, run_row("1", created_at=clock.wall_ms))

    berlin = costs(database, clock, "Europe/Berlin")
    assert berlin.report().days.first == date(2026, 12, 1)
    assert berlin.report().totals.runs == 1
    assert costs(database, clock).report().days.first == date(2026, 11, 1)


def test_all_time_reaches_from_the_first_run_to_one_of_a_clock_that_was_wrong(
    database: sa.Engine, clock: SetClock
) -> None:
    clock.wall_ms = ms("2026-11-23T12:00Z")
    early, late = ms("2026-10-01T12:00Z"), ms("2026-12-24T12:00Z")
    put(database, run_row("1", created_at=early), run_row("2", created_at=late))
    book(database)

    report = costs(database, clock).report(CostQuery(Period.ALL_TIME))

    assert (str(report.days.first), str(report.days.last)) == ("2026-10-01", "2026-12-24")
    assert report.spend_micros == 160_000
    assert report.before is None


def test_spend_is_compared_with_the_same_days_of_the_month_before(
    database: sa.Engine, clock: SetClock
) -> None:
    clock.wall_ms = ms("2026-11-23T12:00Z")
    put(
        database,
        run_row("1", created_at=ms("2026-11-02T12:00Z")),
        run_row("2", created_at=ms("2026-10-23T23:59Z"), cost_micros=70_000),
        run_row("3", created_at=ms("2026-10-24T00:00Z"), cost_micros=1),
        run_row("4", created_at=ms("2026-10-02T00:00Z"), created_by="ana"),
    )
    book(database)

    report = costs(database, clock).report(CostQuery(by=(Group.PERSON,)))

    assert (report.spend_micros, report.before_micros) == (80_000, 150_000)
    rows = report.groups[["created_by", "amount_micros", "before_micros"]].to_numpy().tolist()
    assert rows == [["local", 80_000, 70_000], ["ana", 0, 80_000]]


@pytest.mark.parametrize(
    ("at", "spend", "before", "bucket"),
    [
        ("2026-11-10", 1, 10, Bucket.HOUR),
        ("2026-11-10T12:00Z", 1, 0, Bucket.HOUR),
        ("2026-W46", 11, 100, Bucket.DAY),
        ("2026-11", 1_111, 10_000, Bucket.DAY),
    ],
)
def test_one_bar_is_compared_with_the_one_before(
    database: sa.Engine, clock: SetClock, at: str, spend: int, before: int, bucket: Bucket
) -> None:
    clock.wall_ms = ms("2026-11-23T12:00Z")
    moments = ["11-10T12:30", "11-09T12:00", "11-08T12:00", "11-01T00:00", "10-31T23:45"]
    rows = (
        run_row(str(n), created_at=ms(f"2026-{moment}Z"), cost_micros=10**n)
        for n, moment in enumerate(moments)
    )
    put(database, *rows)
    book(database)

    report = costs(database, clock).report(CostQuery(at=named_bucket(at)))

    assert (report.spend_micros, report.before_micros) == (spend, before)
    assert report.bucket is bucket


def test_a_bar_outside_of_its_period_is_known_as_such(database: sa.Engine, clock: SetClock) -> None:
    clock.wall_ms = ms("2026-11-23T12:00Z")
    service = costs(database, clock)

    assert service.is_in_period(CostQuery(at=named_bucket("2026-11-23")))
    assert not service.is_in_period(CostQuery(at=named_bucket("2026-11-24")))
    assert not service.is_in_period(CostQuery(at=named_bucket("2026-10-31T23:00Z")))


def test_what_has_just_been_clicked_may_still_change(database: sa.Engine, clock: SetClock) -> None:
    clock.wall_ms = ms("2026-11-23T00:30Z")
    report = costs(database, clock).report()

    assert report.is_provisional(ms("2026-11-24T00:00Z"))
    assert report.is_provisional(ms("2026-11-23T00:00Z"))
    assert not report.is_provisional(ms("2026-11-22T23:00Z"))

"""The report of costs ties out: its spend is what the lines, their roll-ups and the API say."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.services.costs import CostReport, CostService, Part
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, put, put_pictures, run_row

ZONES = ("UTC", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe")
DAYS = (date(2026, 11, 20), date(2026, 11, 24))
COSTS = st.sampled_from([0, 1, 80_000, 81_000, 10**9])


def costs_of(database: sa.Engine, zone: str = "UTC") -> CostService:
    return CostService(Tables(database), origin="sandbox", zone=ZoneInfo(zone), clock=SetClock())


def report_of(database: sa.Engine, zone: str = "UTC") -> CostReport:
    return costs_of(database, zone).between(*DAYS)


def opened(folder: Path) -> sa.Engine:
    engine = open_database(folder / "plantain.db")
    migrate(engine)
    return engine


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = opened(tmp_path)
    yield engine
    engine.dispose()


def test_a_period_without_runs_ties_out(database: sa.Engine):
    report = report_of(database)

    assert report.ties_out
    assert report.spend_by(Part.SKU).empty


def test_spend_is_grouped_by_what_by_whom_and_by_resolution(database: sa.Engine):
    search = {"enable_web_search": True}
    put(
        database,
        run_row("01", created_at=NOON_MS, cost_micros=95_000, input=search),
        run_row("02", created_at=NOON_MS, created_by="ana", cost_micros=82_000),
        run_row("03", created_at=NOON_MS, state="parked", cost_micros=None, cost_basis="in doubt"),
        run_row("04", created_at=NOON_MS, origin="api"),
    )
    for run_id in ("01", "02"):
        put_pictures(database, run_id, 1)
    book(database)

    report = report_of(database)

    by = {part: report.spend_by(part).set_index("name")["amount_micros"].to_dict() for part in Part}
    assert by[Part.SKU] == {"image_1K": 160_000, "web_search": 15_000, "adjustment": 2_000}
    assert by[Part.PERSON] == {"local": 95_000, "ana": 82_000}
    assert by[Part.RESOLUTION] == {"1K": 177_000}
    assert report.spend_by(Part.SKU)["quantity"].to_list() == [2, 1, 1]
    assert report.ties_out


def test_a_run_without_its_lines_is_found(database: sa.Engine):
    put(database, run_row("01"), run_row("02"))
    put_pictures(database, "01", 1)
    book(database)
    put(database, run_row("odd"))

    report = report_of(database)

    assert not report.ties_out
    off = {tie.book: tie.difference_micros for tie in report.ties}
    assert (off["Charge lines"], off["Roll-ups of the lines"]) == (-80_000, -80_000)
    (odd,) = costs_of(database).odd_runs(report)
    assert (odd.id, odd.cost_micros, odd.line_micros) == ("odd", 80_000, 0)


def test_roll_ups_that_are_not_the_lines_are_noticed(database: sa.Engine):
    put(database, run_row("01"))
    book(database)
    with writing(database) as db:
        db.exec_driver_sql("UPDATE charge_rollup SET amount_micros = amount_micros + 1")

    off = [tie.difference_micros for tie in report_of(database).ties]

    assert off == [0, 0, 0, 1, 0, 0]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    runs=st.lists(
        st.tuples(
            st.integers(NOON_MS - 3 * 86_400_000, NOON_MS + 3 * 86_400_000),
            COSTS,
            st.sampled_from(["stored", "failed", "canceled", "parked"]),
            st.sampled_from(["confirmed", "computed", "in doubt"]),
            st.integers(0, 3),
        ),
        max_size=12,
    ),
    zone=st.sampled_from(ZONES),
)
def test_every_period_of_every_zone_ties_out(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[tuple[int, int, str, str, int]],
    zone: str,
):
    database = opened(tmp_path_factory.mktemp("books"))
    for number, (at, cost, state, basis, pictures) in enumerate(runs):
        known = None if basis == "in doubt" else cost
        told = {"created_at": at, "cost_micros": known, "cost_basis": basis, "state": state}
        put(database, run_row(f"{number:02}", **told))
        put_pictures(database, f"{number:02}", pictures)
    book(database)

    report = report_of(database, zone)

    assert report.ties_out, report.ties
    for part in Part:
        assert int(report.spend_by(part)["amount_micros"].sum()) == report.totals.spend_micros
    database.dispose()

"""The report of costs ties out: its spend is what the lines, their roll-ups and the API say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.cost_query import CostQuery
from lib.domain.periods import Days, Period
from lib.domain.spend import Group
from lib.services.cost_report import CostReport
from lib.services.costs import CostService
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, put, put_pictures, run_row

ZONES = ("UTC", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe")
DAYS = CostQuery(Period.CUSTOM, Days(date(2026, 11, 20), date(2026, 11, 24)))
COSTS = st.sampled_from([0, 1, 80_000, 81_000, 10**9])


def costs_of(database: sa.Engine, zone: str = "UTC") -> CostService:
    return CostService(Tables(database), origin="sandbox", zone=ZoneInfo(zone), clock=SetClock())


def report_of(
    database: sa.Engine, zone: str = "UTC", *by: Group, **filters: tuple[str, ...]
) -> CostReport:
    chosen = tuple((Group(name), values) for name, values in filters.items())
    query = replace(DAYS, by=by or DAYS.by, filters=chosen)
    return costs_of(database, zone).report(query)


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
    assert report.is_empty


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

    spent = {}
    for group in (Group.SKU, Group.PERSON, Group.RESOLUTION):
        report = report_of(database, "UTC", group)
        assert report.ties_out
        sums = zip(report.groups[str(group)], report.groups["amount_micros"], strict=True)
        spent[group] = dict(sums)

    assert spent[Group.SKU] == {"image_1K": 160_000, "web_search": 15_000, "adjustment": 2_000}
    assert spent[Group.PERSON] == {"local": 95_000, "ana": 82_000}
    assert spent[Group.RESOLUTION] == {"1K": 177_000}
    assert report_of(database).groups["quantity"].to_list() == [2, 1, 1]


def test_a_run_without_its_lines_is_found(database: sa.Engine):
    put(database, run_row("01"), run_row("02"))
    put_pictures(database, "01", 1)
    book(database)
    put(database, run_row("odd"))

    report = report_of(database)

    assert not report.ties_out
    off = {tie.book: tie.difference_micros for tie in report.ties}
    assert (off["Charge lines"], off["Total of this page"]) == (-80_000, -80_000)
    (odd,) = costs_of(database).odd_runs(report)
    assert (odd.id, odd.cost_micros, odd.line_micros) == ("odd", 80_000, 0)


def test_roll_ups_that_are_not_the_lines_are_noticed(database: sa.Engine):
    put(database, run_row("01"))
    book(database)
    with writing(database) as db:
        db.exec_driver_sql("UPDATE charge_rollup SET amount_micros = amount_micros + 1")

    off = {tie.book: tie.difference_micros for tie in report_of(database).ties}

    of_page = {book: micros for book, micros in off.items() if book.endswith("of this page")}
    assert set(of_page.values()) == {1}
    assert len(of_page) == 3
    assert all(micros == 0 for book, micros in off.items() if book not in of_page)


def test_an_odd_run_is_found_in_what_is_filtered_and_nowhere_else(database: sa.Engine):
    put(database, run_row("01", created_by="ana"), run_row("odd", created_by="bob"))
    book(database)
    with writing(database) as db:
        db.exec_driver_sql("UPDATE run SET cost_micros = 80001 WHERE id = 'odd'")

    of_bob, of_ana = (report_of(database, created_by=(name,)) for name in ("bob", "ana"))

    assert of_ana.ties_out
    assert not of_bob.ties_out
    assert costs_of(database).odd_runs(of_ana) == []
    assert [run.id for run in costs_of(database).odd_runs(of_bob)] == ["odd"]


def test_a_part_of_each_run_is_compared_with_its_lines_and_not_with_the_runs(database: sa.Engine):
    put(database, run_row("01", cost_micros=95_000, input={"enable_web_search": True}))
    put_pictures(database, "01", 1)
    book(database)

    report = report_of(database, sku=("web_search",))

    assert report.ties_out
    assert report.spend_micros == 15_000
    assert "Costs of the runs" not in {tie.book for tie in report.ties}


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
    by=st.lists(st.sampled_from(Group), min_size=1, max_size=2, unique=True),
    only=st.sampled_from(
        [
            {},
            {"sku": ("image_1K",)},
            {"outcome": ("stored", "parked")},
            {"basis": ("confirmed",)},
            {"resolution": ("1K",)},
            {"tag": ("",)},
            {"created_by": ("nobody",)},
        ]
    ),
)
def test_every_period_of_every_zone_ties_out(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[tuple[int, int, str, str, int]],
    zone: str,
    by: list[Group],
    only: dict[str, tuple[str, ...]],
):
    database = opened(tmp_path_factory.mktemp("books"))
    for number, (at, cost, state, basis, pictures) in enumerate(runs):
        known = None if basis == "in doubt" else cost
        told = {"created_at": at, "cost_micros": known, "cost_basis": basis, "state": state}
        put(database, run_row(f"{number:02}", **told))
        put_pictures(database, f"{number:02}", pictures)
    book(database)

    report = report_of(database, zone, *by, **only)

    assert report.ties_out, report.ties
    assert int(report.groups["amount_micros"].sum()) == report.spend_micros
    assert int(report.bars["amount_micros"].sum()) == report.spend_micros
    if not only:
        assert report.spend_micros == report.totals.spend_micros
    database.dispose()

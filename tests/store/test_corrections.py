"""What becomes known of a closed month later: it counts in an open one, and nothing else changes."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.budget import Span
from lib.domain.cost_query import CostQuery
from lib.domain.months import NotToBeClosed
from lib.domain.periods import Days, Period
from lib.domain.spend import Cut
from lib.services.costs import CostService
from lib.store.closed_months import ClosedMonths
from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.balancing import assert_balanced
from tests.store.ended_runs import book, put, run_row
from tests.store.months_of_books import (
    DAY_MS,
    IN_DECEMBER,
    IN_NOVEMBER,
    IN_OCTOBER,
    NOVEMBER,
    OCTOBER,
    UTC,
    clock_at,
    close,
    correct,
    put_booked,
    spend,
)


@pytest.fixture
def clock() -> SetClock:
    return clock_at(IN_NOVEMBER)


@pytest.fixture
def months(database: sa.Engine, clock: SetClock) -> ClosedMonths:
    return ClosedMonths(database, clock, origin="sandbox")


def test_a_correction_of_a_closed_month_counts_in_the_open_one(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    close(months)

    correct(database, clock, "1", 95_000)

    assert (spend(database, OCTOBER), spend(database, NOVEMBER)) == (80_000, 15_000)
    with database.connect() as db:
        moved = db.exec_driver_sql(
            "SELECT run_id, kind, clicked_at, counts_at, amount_micros FROM charge_line"
            " WHERE counts_at != clicked_at ORDER BY seq"
        ).all()
    assert [tuple(told) for told in moved] == [
        ("1", "reversal", IN_OCTOBER, IN_NOVEMBER, -80_000),
        ("1", "charge", IN_OCTOBER, IN_NOVEMBER, 80_000),
        ("1", "charge", IN_OCTOBER, IN_NOVEMBER, 15_000),
    ]


def test_the_report_names_the_corrections_as_a_book_of_their_own(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER), run_row("2", created_at=IN_NOVEMBER))
    close(months)
    correct(database, clock, "1", 95_000)
    costs = CostService(Tables(database), origin="sandbox", zone=UTC, clock=clock)

    november = CostQuery(Period.CUSTOM, Days(date(2026, 11, 1), date(2026, 11, 30)))
    books = {tie.book: tie.micros for tie in costs.report(november).ties}

    assert books["Costs of the runs"] == 80_000
    assert books["Corrections of closed months"] == 15_000
    assert books["Charge lines"] == 95_000


def test_a_later_correction_moves_a_correction_only_when_its_month_is_closed_too(
    database: sa.Engine, months: ClosedMonths, clock: SetClock
):
    put_booked(database, run_row("1", created_at=IN_OCTOBER))
    close(months)
    correct(database, clock, "1", 95_000)
    clock.pass_s((IN_DECEMBER - IN_NOVEMBER) / 1000)

    correct(database, clock, "1", 90_000)
    assert [spend(database, month) for month in (OCTOBER, NOVEMBER, NOVEMBER.next())] == [
        *(80_000, 10_000, 0),
    ]

    close(months, NOVEMBER)
    correct(database, clock, "1", 70_000)
    assert [spend(database, month) for month in (OCTOBER, NOVEMBER, NOVEMBER.next())] == [
        *(80_000, 10_000, -20_000),
    ]
    assert months.all()[0].tie_out.moved_micros == 10_000


def test_a_run_of_a_closed_month_that_is_found_later_counts_in_the_open_one(
    database: sa.Engine, months: ClosedMonths
):
    close(months)
    put_booked(database, run_row("found", created_at=IN_OCTOBER, settled_at=IN_NOVEMBER))

    assert (spend(database, OCTOBER), spend(database, NOVEMBER)) == (0, 80_000)


COSTS = st.sampled_from([0, 1, 80_000, 81_000, 10**9])
DEEDS = st.one_of(
    st.tuples(st.just("correct"), st.integers(0, 3), COSTS),
    st.tuples(st.just("find"), COSTS),
    st.tuples(st.just("find open"), st.sampled_from(["accepted", "parked"])),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("close"), st.integers(0, 2)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=14))
def test_no_closed_month_ever_changes_by_a_micro_dollar(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[Any, ...]]
):
    database = open_database(tmp_path_factory.mktemp("months") / "plantain.db")
    migrate(database)
    clock = clock_at(IN_NOVEMBER)
    months = ClosedMonths(database, clock, origin="sandbox")
    moments = (IN_OCTOBER, IN_OCTOBER + DAY_MS, IN_NOVEMBER, IN_NOVEMBER - 5 * DAY_MS)
    put_booked(database, *(run_row(f"{n}", created_at=at) for n, at in enumerate(moments)))
    calendar = (OCTOBER, NOVEMBER, NOVEMBER.next())

    for name, *told in [("close", 0), *deeds]:
        match name:
            case "correct":
                correct(database, clock, f"{told[0]}", told[1])
            case "find":
                run_id = f"found {clock.now_ms()} {told[0]}"
                if not _is_there(database, run_id):
                    at = {"created_at": IN_OCTOBER, "settled_at": clock.now_ms()}
                    put_booked(database, run_row(run_id, cost_micros=told[0], **at))
            case "find open":
                run_id = f"open {clock.now_ms()} {told[0]}"
                if not _is_there(database, run_id):
                    basis = "in doubt" if told[0] == "parked" else None
                    at = {"created_at": IN_OCTOBER, "settled_at": clock.now_ms(), "state": told[0]}
                    put(database, run_row(run_id, cost_micros=None, cost_basis=basis, **at))
                    book(database)
            case "wait":
                clock.pass_s(told[0] * DAY_MS / 1000)
            case "close":
                with suppress(NotToBeClosed):
                    close(months, calendar[told[0]])
        for closed in months.all():
            assert spend(database, closed.month) == closed.tie_out.line_micros
            assert unsettled(database, closed.span) == 0
        assert unsettled(database, Span(0, 2**45)) == unsettled_runs(database)
        assert_balanced(database)
    database.dispose()


def unsettled(database: sa.Engine, span: Span) -> int:
    """What the report shows as held and as in doubt."""
    totals = Tables(database).totals(Cut("sandbox", span.from_ms, span.to_ms, UTC))
    return totals.held_micros + totals.in_doubt_micros


def unsettled_runs(database: sa.Engine) -> int:
    with database.connect() as db:
        query = "SELECT sum(estimate_micros) FROM run WHERE cost_micros IS NULL"
        return int(db.exec_driver_sql(query).scalar() or 0)


def _is_there(database: sa.Engine, run_id: str) -> bool:
    with database.connect() as db:
        return bool(db.exec_driver_sql("SELECT 1 FROM run WHERE id = ?", (run_id,)).first())

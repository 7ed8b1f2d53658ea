"""The months of the books: which there are, and who may close them."""

from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.months import Month
from lib.services.closing import MOST_MONTHS, ClosingService
from lib.services.owners import NotAnOwner
from lib.store.closed_months import ClosedMonths
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import book, put, put_pictures, run_row

BERLIN = ZoneInfo("Europe/Berlin")
OCTOBER = Month(2026, 10)


@pytest.fixture
def closing(database: sa.Engine, clock: SetClock) -> ClosingService:
    clock.wall_ms = OCTOBER.span(BERLIN).to_ms + 86_400_000
    months = ClosedMonths(database, clock, origin="sandbox")
    return ClosingService(months, Tables(database), origin="sandbox", zone=BERLIN, clock=clock)


def test_without_runs_there_are_no_months(closing: ClosingService):
    assert closing.months() == []


def test_the_months_go_back_to_the_first_run_in_the_teams_zone(
    database: sa.Engine, closing: ClosingService
):
    put(database, run_row("1", created_at=OCTOBER.span(BERLIN).from_ms))

    assert [(str(found.month), found.can_be_closed) for found in closing.months()] == [
        ("2026-11", False),
        ("2026-10", True),
    ]


def test_a_run_of_a_wrong_clock_does_not_make_the_list_endless(
    database: sa.Engine, closing: ClosingService
):
    put(database, run_row("1", created_at=0))

    assert len(closing.months()) == MOST_MONTHS


def test_an_owner_closes_a_month(database: sa.Engine, closing: ClosingService):
    put(database, run_row("1", created_at=OCTOBER.span(BERLIN).from_ms))
    put_pictures(database, "1", 1)
    book(database)

    assert closing.close(OCTOBER, by="local")
    assert not closing.close(OCTOBER, by="local")

    closed = closing.months()[1].closed
    assert closed is not None
    assert (closed.span, closed.zone) == (OCTOBER.span(BERLIN), "Europe/Berlin")
    assert closed.tie_out.line_micros == 80_000


def test_others_close_no_month(closing: ClosingService):
    with pytest.raises(NotAnOwner, match="close months"):
        closing.close(OCTOBER, by="guest")

    assert closing.months() == []

"""Months of the books for tests: moments in them, runs of them, closing and correcting."""

from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.cost_query import CostQuery
from lib.domain.months import Month
from lib.domain.periods import Days, Period
from lib.services.costs import CostService
from lib.store.closed_months import ClosedMonths
from lib.store.reconciliation import Reconciliation
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import book, put, put_pictures

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DAY_MS = 86_400_000
IN_OCTOBER = OCTOBER.span(UTC).from_ms + 5 * DAY_MS
IN_NOVEMBER = NOVEMBER.span(UTC).from_ms + 5 * DAY_MS
IN_DECEMBER = NOVEMBER.span(UTC).to_ms + 5 * DAY_MS


def clock_at(moment_ms: int) -> SetClock:
    clock = SetClock()
    clock.wall_ms = moment_ms
    return clock


def close(months: ClosedMonths, month: Month = OCTOBER, zone: ZoneInfo = UTC) -> bool:
    return months.close(month, month.span(zone), zone=zone.key, by="ana")


def put_booked(database: sa.Engine, *rows: dict[str, Any]) -> None:
    put(database, *rows)
    for row in rows:
        put_pictures(database, row["id"], 1)
    book(database)


def spend(database: sa.Engine, month: Month) -> int:
    """What the report says of a month."""
    costs = CostService(Tables(database), origin="sandbox", zone=UTC, clock=SetClock())
    report = costs.report(CostQuery(Period.CUSTOM, Days(month.first, month.last)))
    assert report.ties_out, report.ties
    assert int(report.bars["amount_micros"].sum()) == report.spend_micros
    return report.spend_micros


def correct(database: sa.Engine, clock: SetClock, run_id: str, cost_micros: int) -> None:
    Reconciliation(database, clock, origin="sandbox").correct_cost(run_id, cost_micros)

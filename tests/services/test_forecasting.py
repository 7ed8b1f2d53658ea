"""The forecast from real lines: days of the team's zone, this month's money, and budgets' own pace."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.budget import Scope, Strength, Terms, Window
from lib.domain.days import start_ms
from lib.services.budgets import BudgetService
from lib.services.forecasting import ForecastService
from lib.services.spend_by_day import SpendByDay
from lib.store.budgets import Budgets
from lib.store.spend_since import SpendSince
from lib.store.tables import Tables
from tests.set_clock import SetClock
from tests.store.ended_runs import book, put, run_row

ZONE = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 23)
HOUR_MS = 3_600_000


def service(database: sa.Engine, clock: SetClock) -> ForecastService:
    kept = Budgets(database, clock, origin="sandbox")
    budgets = BudgetService(kept, zone=ZONE.key)
    spend = SpendByDay(Tables(database), origin="sandbox", zone=ZONE)
    since = SpendSince(database, origin="sandbox")
    return ForecastService(spend, since, budgets, kept, zone=ZONE, clock=clock)


def at_noon(clock: SetClock) -> int:
    clock.wall_ms = int(datetime(2026, 11, 23, 12, tzinfo=ZONE).timestamp() * 1000)
    return clock.wall_ms


def put_a_run_a_day(database: sa.Engine, days: int, **values: object) -> None:
    """The last minute of each day before today."""
    for n in range(1, days + 1):
        at = start_ms(TODAY - timedelta(days=n - 1), ZONE) - 60_000
        put(database, run_row(f"{values.get('created_by', 'day')}-{n}", created_at=at, **values))
    book(database)


def test_a_month_is_forecast_by_the_days_of_the_zone(database: sa.Engine, clock: SetClock) -> None:
    at_noon(clock)
    put_a_run_a_day(database, 28)

    found = service(database, clock).month_end()

    assert found is not None
    assert found.spent_micros == 22 * 80_000  # the 1st to the 22nd
    assert found.to_come_micros == 8 * 80_000  # today, and the 24th to the 30th
    assert (found.low_micros, found.high_micros) == (30 * 80_000, 30 * 80_000)


def test_open_runs_count_with_what_they_hold_and_doubt_is_left_out(
    database: sa.Engine, clock: SetClock
) -> None:
    now = at_noon(clock)
    put_a_run_a_day(database, 28)
    unknown = {"cost_micros": None, "created_at": now - 1}
    put(
        database,
        run_row("open", state="accepted", cost_basis=None, **unknown),
        run_row("doubt", state="parked", cost_basis="in doubt", **unknown),
    )

    found = service(database, clock).month_end()

    assert found is not None
    assert found.held_micros == 80_000
    assert found.to_come_micros == 7 * 80_000  # today has what it usually has


def test_money_of_another_account_is_no_day(database: sa.Engine, clock: SetClock) -> None:
    at_noon(clock)
    put_a_run_a_day(database, 28, origin="api.runflow.io")

    assert service(database, clock).month_end() is None


def test_the_tightest_budget_goes_by_its_own_pace(database: sa.Engine, clock: SetClock) -> None:
    now = at_noon(clock)
    put_a_run_a_day(database, 28, created_by="ana")
    found = service(database, clock)
    assert found.tightest_budget() is None
    budgets = Budgets(database, clock, origin="sandbox")
    for scope, subject, limit in (
        (Scope.TEAM, "", 10**9),
        (Scope.PERSON, "ana", 22 * 80_000 + 160_000),
        (Scope.PERSON, "ben", 1),
    ):
        terms = Terms(scope, subject, Window.MONTH, limit, Strength.HARD, ZONE.key)
        budgets.make(terms, by="local")

    tightest = found.tightest_budget()

    assert tightest is not None
    assert tightest.use.budget.terms.subject == "ana"
    assert tightest.use.left_micros == 160_000
    assert tightest.at_ms == now + 48 * HOUR_MS

"""The month's end, and when the tightest budget is used up."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lib.domain.budget import Budget, Span
from lib.domain.clock import Clock
from lib.domain.days import day_of, start_ms
from lib.domain.forecast import PAST_DAYS, Forecast, SoFar, forecast
from lib.domain.periods import Days
from lib.domain.run_out import PACE_MS, RunOut, run_out, tightest
from lib.services.budgets import BudgetService
from lib.services.spend_by_day import SpendByDay
from lib.store.budgets import Budgets
from lib.store.spend_since import SpendSince


class ForecastService:
    """Looks ahead for one origin. Days are those of `zone`."""

    def __init__(
        self,
        spend: SpendByDay,
        since: SpendSince,
        budgets: BudgetService,
        kept_budgets: Budgets,
        *,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._spend = spend
        self._since = since
        self._budgets = budgets
        self._kept_budgets = kept_budgets
        self._zone = zone
        self._clock = clock

    def month_end(self) -> Forecast | None:
        """What this month will have cost; None while there are not enough days to tell."""
        return self._month_end_as_of(day_of(self._clock.now_ms(), self._zone))

    def _month_end_as_of(self, today: date) -> Forecast | None:
        days = Days(today - timedelta(days=PAST_DAYS), today - timedelta(days=1))
        month = self._since.since(start_ms(today.replace(day=1), self._zone))
        now = self._since.since(start_ms(today, self._zone))
        return forecast(
            self._spend.of(days),
            SoFar(
                today,
                spent_micros=month.spent_micros,
                held_micros=month.held_micros,
                today_micros=now.spent_micros + now.held_micros,
            ),
        )

    def tightest_budget(self) -> RunOut | None:
        """The budget that is used up first at the pace of the last four weeks; None without any."""
        now = self._clock.now_ms()
        uses = [use for use in self._budgets.all_uses() if use.span.has(now)]
        return tightest(
            [run_out(use, pace_micros=self._pace(use.budget, now), now_ms=now) for use in uses]
        )

    def _pace(self, of: Budget, now: int) -> int:
        lately = self._kept_budgets.use_in(of, Span(now - PACE_MS, now + 1))
        return lately.spent_micros + lately.held_micros

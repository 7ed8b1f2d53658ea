"""The parts that look at spending closely: what is ahead, what it was worth, what is unusual."""

from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.budgets import BudgetService
from lib.services.forecasting import ForecastService
from lib.settings import Settings
from lib.store.budgets import Budgets
from lib.store.daily_spend import DailySpend
from lib.store.database import Database


@dataclass(frozen=True, slots=True)
class Insights:
    """What the page of costs says beyond sums."""

    forecasts: ForecastService


def insights_of(
    settings: Settings, clock: Clock, database: Database, budgets: BudgetService
) -> Insights:
    """The insights into the account that is used."""
    origin = settings.origin
    return Insights(
        forecasts=ForecastService(
            DailySpend(database, origin=origin),
            budgets,
            Budgets(database, clock, origin=origin),
            zone=settings.zone,
            clock=clock,
        ),
    )

"""The parts that look at spending closely: what is ahead, what it was worth, what is unusual."""

from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.budgets import BudgetService
from lib.services.forecasting import ForecastService
from lib.services.pricing import PricingService
from lib.services.waste import WasteService
from lib.services.what_if import WhatIfService
from lib.services.worth import WorthService
from lib.settings import Settings
from lib.store.budgets import Budgets
from lib.store.daily_spend import DailySpend
from lib.store.database import Database
from lib.store.kept_runs import KeptRuns
from lib.store.wasted_runs import WastedRuns
from lib.store.what_was_charged import WhatWasCharged


@dataclass(frozen=True, slots=True)
class Insights:
    """What the page of costs says beyond sums."""

    forecasts: ForecastService
    what_ifs: WhatIfService
    worth: WorthService
    waste: WasteService


def insights_of(
    settings: Settings,
    clock: Clock,
    database: Database,
    budgets: BudgetService,
    pricing: PricingService,
) -> Insights:
    """The insights into the account that is used."""
    origin, zone = settings.origin, settings.zone
    charged = WhatWasCharged(database, origin=origin)
    return Insights(
        forecasts=ForecastService(
            DailySpend(database, origin=origin),
            budgets,
            Budgets(database, clock, origin=origin),
            zone=zone,
            clock=clock,
        ),
        what_ifs=WhatIfService(charged, pricing, zone=zone),
        worth=WorthService(KeptRuns(database, origin=origin), charged, pricing, zone=zone),
        waste=WasteService(WastedRuns(database, origin=origin), zone=zone, clock=clock),
    )

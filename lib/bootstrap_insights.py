"""The parts that look at spending closely: what is ahead, what it was worth, what is unusual."""

from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.anomalies import AnomalyService
from lib.services.budgets import BudgetService
from lib.services.forecasting import ForecastService
from lib.services.pricing import PricingService
from lib.services.spend_by_day import SpendByDay
from lib.services.waste import WasteService
from lib.services.what_if import WhatIfService
from lib.services.worth import WorthService
from lib.settings import Settings
from lib.store.anomaly_answers import AnomalyAnswers
from lib.store.budgets import Budgets
from lib.store.database import Database
from lib.store.kept_runs import KeptRuns
from lib.store.quarters import Quarters
from lib.store.spend_since import SpendSince
from lib.store.tables import Tables
from lib.store.wasted_runs import WastedRuns
from lib.store.what_was_charged import WhatWasCharged


@dataclass(frozen=True, slots=True)
class Insights:
    """What the page of costs says beyond sums."""

    anomalies: AnomalyService
    forecasts: ForecastService
    what_ifs: WhatIfService
    worth: WorthService
    waste: WasteService


def insights_of(
    settings: Settings,
    clock: Clock,
    database: Database,
    tables: Tables,
    budgets: BudgetService,
    pricing: PricingService,
) -> Insights:
    """The insights into the account that is used."""
    origin, zone = settings.origin, settings.zone
    spend = SpendByDay(tables, origin=origin, zone=zone)
    charged = WhatWasCharged(database, origin=origin)
    return Insights(
        forecasts=ForecastService(
            spend,
            SpendSince(database, origin=origin),
            budgets,
            Budgets(database, clock, origin=origin),
            zone=zone,
            clock=clock,
        ),
        what_ifs=WhatIfService(charged, pricing, zone=zone),
        worth=WorthService(
            KeptRuns(database, origin=origin), tables, pricing, origin=origin, zone=zone
        ),
        anomalies=AnomalyService(
            spend,
            Quarters(database, origin=origin),
            AnomalyAnswers(database, clock, origin=origin),
            pricing,
            zone=zone,
            clock=clock,
        ),
        waste=WasteService(WastedRuns(database, origin=origin), zone=zone, clock=clock),
    )

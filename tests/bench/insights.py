"""How much work the insights of the page of costs are, in a history of a hundred thousand runs."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lib.domain.periods import Days
from lib.domain.what_if import Choices, Sizes
from lib.services.anomalies import AnomalyService
from lib.services.budgets import BudgetService
from lib.services.forecasting import ForecastService
from lib.services.pricing import PricingService
from lib.services.spend_by_day import SpendByDay
from lib.services.waste import WasteService
from lib.services.what_if import WhatIfService
from lib.services.worth import WorthService
from lib.store.anomaly_answers import AnomalyAnswers
from lib.store.budgets import Budgets
from lib.store.database import Database
from lib.store.day_sums import sum_by_day
from lib.store.kept_runs import KeptRuns
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions
from lib.store.quarters import Quarters
from lib.store.spend_since import SpendSince
from lib.store.tables import Tables
from lib.store.wasted_runs import WastedRuns
from lib.store.what_was_charged import WhatWasCharged
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.bench.synthetic_history import APART_MS, FIRST_MS, ORIGIN, fill
from tests.set_clock import SetClock

RUNS = 100_000
TIMES = 20
AIM = Aim(100)
ZONE = ZoneInfo("UTC")
Questions = Mapping[str, Callable[[], object]]


def measure(site: Site) -> Findings:
    """What is drawn with the page, and what somebody opens, for the last 30 days and for all."""
    size = site.pick(RUNS, 120)
    database = fill(site.kept_folder(f"{size}"), size)
    sum_by_day(database, ZONE)
    now_ms = FIRST_MS + size * APART_MS
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    month = Days(today - timedelta(days=29), today)
    ever = Days(datetime.fromtimestamp(FIRST_MS / 1000, UTC).date(), today)
    rows = []
    for days, name in ((month, "30 days"), (ever, "all time")):
        drawn, opened = questions(database, now_ms, days)
        what = f"insights on Costs, {name} of {size:,} runs"
        values = cpu_ms(lambda drawn=drawn: [ask() for ask in drawn.values()], site)
        aim = AIM if days == month else None
        rows.append(Row(f"{what}: drawn with the page (CPU)", Series(values), aim=aim))
        rows += [
            Row(f"{what}: {asked} (CPU)", Series(cpu_ms(ask, site)))
            for asked, ask in (*drawn.items(), *opened.items())
        ]
    database.dispose()
    return Findings(tuple(rows), ("The synthetic history has a run a minute: 43,200 in 30 days.",))


def cpu_ms(ask: Callable[[], object], site: Site) -> list[float]:
    """The work of asking again and again, after once to warm up."""
    ask()
    values = []
    for _ in range(site.pick(TIMES, 1)):
        began = time.process_time()
        ask()
        values.append((time.process_time() - began) * 1000)
    return values


def questions(database: Database, now_ms: int, days: Days) -> tuple[Questions, Questions]:
    """What the page asks at once, and what it asks when somebody opens it."""
    clock, tables = SetClock(), Tables(database)
    clock.wall_ms = now_ms
    kept = Budgets(database, clock, origin=ORIGIN)
    spend = SpendByDay(tables, origin=ORIGIN, zone=ZONE)
    pricing = PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin=ORIGIN),
        checks=PriceChecks(database, origin=ORIGIN),
        is_play=True,
        zone=ZONE,
        clock=clock,
    )
    forecasts = ForecastService(
        spend,
        SpendSince(database, origin=ORIGIN),
        BudgetService(kept, zone=ZONE.key),
        kept,
        zone=ZONE,
        clock=clock,
    )
    anomalies = AnomalyService(
        spend,
        Quarters(database, origin=ORIGIN),
        AnomalyAnswers(database, clock, origin=ORIGIN),
        pricing,
        zone=ZONE,
        clock=clock,
    )
    worth = WorthService(
        KeptRuns(database, origin=ORIGIN), tables, pricing, origin=ORIGIN, zone=ZONE
    )
    waste = WasteService(WastedRuns(database, origin=ORIGIN), zone=ZONE, clock=clock)
    what_ifs = WhatIfService(WhatWasCharged(database, origin=ORIGIN), pricing, zone=ZONE)
    large_for_kept = Choices(sizes=Sizes.LARGE_FOR_KEPT)
    drawn: Questions = {
        "alarms": anomalies.unanswered,
        "the month's end": forecasts.month_end,
        "the tightest budget": forecasts.tightest_budget,
        "kept pictures": lambda: worth.kept_pictures(days),
        "waste": lambda: waste.between(days),
    }
    opened: Questions = {
        "worth it?": lambda: worth.table(days),
        "what if?": lambda: what_ifs.repriced(days, Choices()),
        "what if 4K only where kept?": lambda: what_ifs.repriced(days, large_for_kept),
    }
    return drawn, opened

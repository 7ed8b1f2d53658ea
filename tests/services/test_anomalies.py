"""Alarms from real lines: raised by person, by SKU and by the last minutes, until they are answered."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.anomaly import AnomalyKind, Verdict
from lib.services.anomalies import AnomalyService
from lib.services.history_search import HistorySearch
from lib.services.pricing import PricingService
from lib.services.spend_by_day import SpendByDay
from lib.store.anomaly_answers import AnomalyAnswers
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions
from lib.store.quarters import Quarters
from lib.store.tables import Tables
from lib.store.tables_history import HistoryTables
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, put, put_pictures, run_row

BERLIN = ZoneInfo("Europe/Berlin")
DAY_MS = 86_400_000
DOLLAR = 1_000_000
TODAY = date(2026, 11, 22)


@pytest.fixture
def watching(database: sa.Engine, clock: SetClock) -> AnomalyService:
    clock.wall_ms = NOON_MS
    pricing = PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin="sandbox"),
        checks=PriceChecks(database, origin="sandbox"),
        is_play=True,
        zone=BERLIN,
        clock=clock,
    )
    return AnomalyService(
        SpendByDay(Tables(database), origin="sandbox", zone=BERLIN),
        Quarters(database, origin="sandbox"),
        AnomalyAnswers(database, clock, origin="sandbox"),
        pricing,
        zone=BERLIN,
        clock=clock,
    )


def put_runs(database: sa.Engine, name: str, count: int, at: int, **values: object) -> None:
    """Runs of eight cents, unless told otherwise."""
    rows = [run_row(f"{name} {n}", created_at=at + n, **values) for n in range(count)]
    put(database, *rows)
    for row in rows:
        if row["cost_micros"]:
            put_pictures(database, row["id"], 1)
    book(database)


def put_quiet_weeks(database: sa.Engine, person: str = "ana") -> None:
    """Eight cents on each of the days before."""
    for ago in range(1, 36):
        put_runs(database, f"{person} -{ago}", 1, NOON_MS - ago * DAY_MS, created_by=person)


HOURS_AGO = NOON_MS - 4 * 3_600_000


def test_quiet_weeks_raise_no_alarm(database: sa.Engine, watching: AnomalyService) -> None:
    put_quiet_weeks(database)

    assert watching.unanswered() == []


def test_a_dear_day_is_told_of_its_person_and_of_its_sku(
    database: sa.Engine, watching: AnomalyService
) -> None:
    put_quiet_weeks(database)
    put_runs(database, "today", 20, HOURS_AGO, created_by="ana")

    found = watching.unanswered()

    assert {(one.kind, one.subject) for one in found} == {
        (AnomalyKind.PERSON, "ana"),
        (AnomalyKind.SKU, "image_1K"),
    }
    assert {one.amount_micros for one in found} == {1_600_000}
    assert {one.usual_micros for one in found} == {80_000}
    search = HistorySearch(HistoryTables(database), origin="sandbox", zone=BERLIN)
    for one in found:
        assert search.totals(watching.question(one), viewer="local").runs.value == 20
    assert watching.label("image_1K") == "1K image"


def test_a_burst_counts_open_runs_and_is_told_while_it_lasts(
    database: sa.Engine, watching: AnomalyService, clock: SetClock
) -> None:
    put_quiet_weeks(database)
    unknown = {"state": "queued", "cost_micros": None, "cost_basis": None}
    put_runs(database, "now", 26, NOON_MS - 60_000, created_by="ana", **unknown)

    (found,) = watching.unanswered()
    assert (found.kind, found.subject) == (AnomalyKind.BURST, "ana")
    assert (found.amount_micros, found.usual_micros) == (26 * 80_000, 80_000)

    clock.pass_s(15 * 60)
    assert watching.unanswered() == []


def test_somebody_new_raises_an_alarm_only_by_much(
    database: sa.Engine, watching: AnomalyService
) -> None:
    put_runs(database, "a little", 1, NOON_MS, created_by="ben", cost_micros=9 * DOLLAR)
    assert watching.unanswered() == []

    put_runs(database, "a lot", 1, NOON_MS, created_by="ben", cost_micros=DOLLAR)
    (found,) = watching.unanswered()
    assert (found.kind, found.usual_micros) == (AnomalyKind.BURST, None)


def test_money_of_another_account_raises_no_alarm(
    database: sa.Engine, watching: AnomalyService
) -> None:
    put_runs(database, "other", 1, NOON_MS, origin="api.runflow.io", cost_micros=900 * DOLLAR)

    assert watching.unanswered() == []


def test_an_answer_is_kept_and_can_be_taken_back(
    database: sa.Engine, watching: AnomalyService, clock: SetClock
) -> None:
    put_quiet_weeks(database)
    put_runs(database, "today", 20, HOURS_AGO, created_by="ana")
    of_person, of_sku = sorted(watching.unanswered(), key=lambda one: one.kind)

    watching.answer(of_person, Verdict.FALSE, by="local")
    watching.answer(of_sku, Verdict.PLANNED, by="local", until=TODAY + timedelta(days=1))
    assert watching.unanswered() == []
    assert [one.verdict for one in watching.muting()] == [Verdict.PLANNED, Verdict.FALSE]

    watching.answer(watching.muting()[1], Verdict.UNDONE, by="local")
    assert watching.unanswered() == [of_person]

    clock.pass_s(2 * DAY_MS / 1000)
    put_runs(database, "later", 20, NOON_MS + 2 * DAY_MS - 3_600_000, created_by="ana")
    assert {one.day for one in watching.unanswered() if one.kind is AnomalyKind.SKU} == {
        TODAY + timedelta(days=2)
    }

"""The FOCUS-shaped zip of charge lines, held against a validator that knows only the specification."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.budget import Span
from lib.domain.cost_query import CostQuery
from lib.domain.periods import Days, Period
from lib.services.costs import CostService
from lib.services.taking_away.csv_table import unguarded
from lib.services.taking_away.focus_columns import Billed, focus_columns
from lib.services.taking_away.focus_zip import period_columns
from lib.services.taking_away.lines import LinesOfDays
from lib.services.taking_away.prepared import Form
from lib.store.closed_months import ClosedMonths
from lib.store.database import writing
from lib.store.reconciliation import Reconciliation
from lib.store.tables import Tables
from tests.services import focus_validator
from tests.services.focus_validator import Focus
from tests.services.taking import HOSTILE, Takings, open_takings
from tests.services.test_lines_taken_away import NOVEMBER, README, fetch
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, put, put_pictures, run_row
from tests.store.months_of_books import BERLIN, IN_OCTOBER, OCTOBER, clock_at, close, put_booked

AUTUMN = LinesOfDays(date(2026, 10, 1), date(2026, 11, 30), "Europe/Berlin")
BILLED = Billed("sandbox", True, lambda _at: Span(0, 1))


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    yield opened
    opened.database.dispose()


def focus(takings: Takings, lines: LinesOfDays = NOVEMBER) -> Focus:
    found = focus_validator.read(fetch(takings, Form.ZIP, lines))
    assert focus_validator.problems(found) == []
    return found


def spend(takings: Takings, lines: LinesOfDays) -> Decimal:
    costs = CostService(Tables(takings.database), origin="sandbox", zone=BERLIN, clock=SetClock())
    asked = CostQuery(Period.CUSTOM, Days(lines.first, lines.last))
    return Decimal(costs.report(asked).spend_micros) / 1_000_000


def correct(takings: Takings, run_id: str, cost_micros: int) -> None:
    clock = clock_at(NOON_MS)
    Reconciliation(takings.database, clock, origin="sandbox").correct_cost(run_id, cost_micros)


def test_a_run_has_a_row_for_each_thing_it_was_charged_for(takings: Takings) -> None:
    search = {"enable_web_search": True, "thinking_level": "high"}
    put_booked(takings.database, run_row("01", cost_micros=97_000, remote_id="r-1", input=search))

    rows = focus(takings).rows

    assert {row["SkuId"]: row["EffectiveCost"] for row in rows} == {
        "image_1K": "0.080000",
        "web_search": "0.015000",
        "thinking_high": "0.002000",
    }
    base = next(row for row in rows if row["SkuId"] == "image_1K")
    assert base["BilledCost"] == "0.000000"
    assert (base["PricingQuantity"], base["PricingUnit"]) == ("1", "Images")
    assert base["ServiceName"] == "Nano Banana 2"
    assert base["ChargeDescription"] == "Nano Banana 2: image 1K"
    assert base["InvoiceIssuerName"] == "Plantain sandbox (play money)"
    assert (base["ChargePeriodStart"], base["ChargePeriodEnd"]) == (
        "2026-11-22T12:00:00Z",
        "2026-11-22T13:00:00Z",
    )
    assert (base["BillingPeriodStart"], base["BillingPeriodEnd"]) == (
        "2026-10-31T23:00:00Z",
        "2026-11-30T23:00:00Z",
    )
    assert (base["BillingAccountName"], base["ChargeClass"], base["Tags"]) == (None, None, None)
    assert (base["x_RunId"], base["x_RemoteRunId"], base["x_PlayMoney"]) == ("01", "r-1", "true")


def test_what_was_free_or_is_in_doubt_has_no_row(takings: Takings) -> None:
    free = {"state": "failed", "cost_micros": 0, "cost_basis": "computed"}
    doubt = {"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}
    put_booked(takings.database, run_row("01", **free), run_row("02", **doubt), run_row("03"))

    assert [row["x_RunId"] for row in focus(takings).rows] == ["03"]


def test_a_refund_in_an_open_month_is_a_negative_usage_row(takings: Takings) -> None:
    put_booked(takings.database, run_row("01"))
    correct(takings, "01", 30_000)

    found = focus(takings)

    assert found.total("EffectiveCost") == Decimal("0.03")
    assert [row["EffectiveCost"] for row in found.rows] == [
        *("0.080000", "-0.080000", "0.080000", "-0.050000"),
    ]
    assert {row["ChargeClass"] for row in found.rows} == {None}
    assert found.rows[3]["ListUnitPrice"] == "0.050000"
    assert found.rows[3]["PricingQuantity"] == "-1"


def test_a_correction_of_a_closed_month_is_one_in_the_open_period(takings: Takings) -> None:
    put_booked(takings.database, run_row("01", created_at=IN_OCTOBER), run_row("02"))
    months = ClosedMonths(takings.database, clock_at(NOON_MS), origin="sandbox")
    close(months, OCTOBER, BERLIN)
    correct(takings, "01", 95_000)

    found = focus(takings, AUTUMN)

    assert {row["BillingPeriodStart"]: row["BillingPeriodStatus"] for row in found.periods} == {
        "2026-09-30T22:00:00Z": "Closed",
        "2026-10-31T23:00:00Z": "Open",
    }
    late = [row for row in found.rows if row["ChargeClass"] == "Correction"]
    assert [row["EffectiveCost"] for row in late] == ["-0.080000", "0.080000", "0.015000"]
    assert {row["BillingPeriodStart"] for row in late} == {"2026-10-31T23:00:00Z"}
    assert {str(row["ChargePeriodStart"])[:7] for row in late} == {"2026-10"}


def test_hostile_texts_break_no_row_and_come_back(takings: Takings) -> None:
    people = [name for name in HOSTILE if name]
    rows = [run_row(f"{n:04}", created_by=name) for n, name in enumerate(people)]
    put_booked(takings.database, *rows)
    with writing(takings.database) as db:
        db.exec_driver_sql(
            "INSERT INTO tag (name, created_at, created_by) VALUES ('=\"1\"', 1, 'x')"
        )
        db.exec_driver_sql("INSERT INTO run_tag (tag_id, no) SELECT 1, no FROM run_index")

    found = focus(takings)

    assert {unguarded(str(row["x_UserRef"])) for row in found.rows} == set(people)
    assert all(json.loads(str(row["Tags"])) == {'="1"': True} for row in found.rows)


def test_a_period_without_runs_is_a_whole_zip(takings: Takings) -> None:
    found = focus(takings)

    assert (found.rows, found.metadata["rows"]) == ([], 0)
    assert len(found.periods) == 1


def test_it_says_that_it_is_self_generated(takings: Takings) -> None:
    told = focus(takings).metadata

    assert told["self_generated"] is True
    assert any("Self-generated" in note for note in told["notes"])
    assert (told["time_zone"], told["first_day"], told["play_money"]) == (
        *("Europe/Berlin", "2026-11-01", True),
    )


def test_the_validator_finds_what_is_wrong(takings: Takings) -> None:
    put_booked(takings.database, run_row("01"))
    found = focus(takings)

    for name, value in {
        "EffectiveCost": "$0.08",
        "BilledCost": "0.080000",
        "ListCost": "0.090000",
        "ChargeClass": "Correction",
        "ServiceName": None,
        "BillingPeriodStart": "2026-01-01T00:00:00Z",
        "ChargePeriodStart": "2026-11-22 12:00",
    }.items():
        wrong: Any = {**found.rows[0], name: value}
        assert focus_validator.problems(Focus([wrong], found.periods, found.metadata)), name


RUNS = st.lists(
    st.tuples(
        st.integers(IN_OCTOBER - 6 * 86_400_000, NOON_MS),
        st.sampled_from([0, 1, 79_999, 80_000, 81_000, 10**12]),
        st.sampled_from(["stored", "failed", "canceled", "parked"]),
        st.sampled_from(["confirmed", "computed", "in doubt"]),
        st.integers(0, 3),
        st.none() | st.integers(0, 200_000),
    ),
    max_size=10,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=RUNS, is_closed=st.booleans())
def test_effective_cost_is_the_spend_to_the_micro_dollar(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[Any, ...]], is_closed: bool
) -> None:
    takings = open_takings(tmp_path_factory.mktemp("focus"))
    for number, (at, cost, state, basis, pictures, _later) in enumerate(runs):
        known = None if basis == "in doubt" else cost
        told = {"created_at": at, "cost_micros": known, "cost_basis": basis, "state": state}
        put_pictures_and_book(takings, f"{number:02}", pictures, told)
    if is_closed and not any(run[3] == "in doubt" for run in runs):
        close(ClosedMonths(takings.database, clock_at(NOON_MS), origin="sandbox"), OCTOBER, BERLIN)
    for number, run in enumerate(runs):
        if run[5] is not None:
            correct(takings, f"{number:02}", run[5])

    for lines in (NOVEMBER, AUTUMN):
        assert focus(takings, lines).total("EffectiveCost") == spend(takings, lines)
    takings.database.dispose()


def put_pictures_and_book(takings: Takings, run_id: str, pictures: int, told: Any) -> None:
    put(takings.database, run_row(run_id, **told))
    put_pictures(takings.database, run_id, pictures)
    book(takings.database)


def test_every_column_of_the_zip_stands_in_the_readme() -> None:
    told = README.read_text(encoding="utf-8")

    for column in focus_columns(BILLED):
        assert f"| `{column.name}` | {column.level} | {column.about} |" in told, column.name
    for name, _about in period_columns(BILLED):
        assert f"`{name}`" in told, name

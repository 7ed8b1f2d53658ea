"""What the pages read: the right rows, the same dtypes always, sums that leave nothing out."""

from dataclasses import asdict, replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.run import RunState
from lib.store.tables import Tables
from tests.store.ended_runs import EVER, NOON_MS, SLOT_MS, empty, put, run_row

SHARED_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@pytest.fixture
def tables(database: sa.Engine) -> Tables:
    return Tables(database)


# -- costs ---------------------------------------------------------------------------------------

RUNS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from([str(state) for state in RunState]),
            "cost_micros": st.none() | st.integers(0, 10**9),
            "cost_basis": st.sampled_from(["confirmed", "computed", "in doubt", None]),
            "estimate_micros": st.integers(0, 10**9),
            "created_at": st.integers(NOON_MS, NOON_MS + 10 * SLOT_MS),
            "deleted_at": st.none() | st.just(1),
        }
    ),
    max_size=8,
)


@given(rows=RUNS)
@SHARED_FILE
def test_every_run_is_settled_held_or_in_doubt(
    database: sa.Engine, tables: Tables, rows: list[dict[str, Any]]
) -> None:
    empty(database)
    put(database, *(run_row(f"{at:02}", **row) for at, row in enumerate(rows)))

    totals = tables.totals(EVER)

    known = [row for row in rows if row["cost_micros"] is not None]
    unknown = sum(row["estimate_micros"] for row in rows if row["cost_micros"] is None)
    assert totals.runs == len(rows)
    assert totals.settled_runs + totals.held_runs + totals.in_doubt_runs == len(rows)
    assert totals.spend_micros == sum(row["cost_micros"] for row in known)
    assert totals.held_micros + totals.in_doubt_micros == unknown
    assert totals.settled_runs == len(known)


def test_a_parked_run_of_known_cost_is_spend_and_not_in_doubt_as_well(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01", state="parked"), run_row("02", state="parked", cost_micros=None))

    totals = tables.totals(EVER)

    assert (totals.spend_micros, totals.in_doubt_micros) == (80_000, 80_000)
    assert (totals.settled_runs, totals.in_doubt_runs) == (1, 1)


def test_what_was_paid_stays_paid_when_a_run_is_deleted(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01", deleted_at=1))

    assert tables.totals(EVER).spend_micros == 80_000


def test_play_money_and_real_money_never_meet(database: sa.Engine, tables: Tables) -> None:
    put(database, run_row("01"), run_row("02", origin="api.runflow.io", cost_micros=1))

    assert tables.totals(EVER).spend_micros == 80_000
    assert tables.totals(replace(EVER, origin="api.runflow.io")).spend_micros == 1


def test_a_span_holds_its_first_moment_and_not_its_last(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, *(run_row(f"0{at}", created_at=NOON_MS + at) for at in range(4)))

    assert tables.totals(EVER.during(NOON_MS + 1, NOON_MS + 3)).runs == 2


def test_without_runs_every_sum_is_zero(tables: Tables) -> None:
    assert set(asdict(tables.totals(EVER)).values()) == {0}
    assert tables.click_span(origin="sandbox") is None


def test_the_span_of_clicks_reaches_from_the_first_to_the_last(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, *(run_row(f"0{at}", created_at=NOON_MS + at) for at in range(4)))

    assert tables.click_span(origin="sandbox") == (NOON_MS, NOON_MS + 3)


# -- speed, as a matter of plan ------------------------------------------------------------------


@pytest.fixture
def plans(database: sa.Engine) -> list[str]:
    """The query plan of every SELECT that the test makes."""
    seen: list[str] = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            seen.extend(step[3] for step in steps)

    return seen


def test_the_costs_are_read_from_their_index_alone(tables: Tables, plans: list[str]) -> None:
    tables.totals(EVER.during(1, 2))

    assert sum("COVERING INDEX ix_run_costs" in step for step in plans) == 1
    assert not any(step.startswith("SCAN run") for step in plans)

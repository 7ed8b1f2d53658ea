"""What the pages read: the right rows, the same dtypes always, sums that leave nothing out."""

from dataclasses import asdict
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.domain.run import RunState
from lib.store.tables import SLOT_MS, Tables
from lib.store.tables_frames import RUN_DTYPES, SLOT_DTYPES
from tests.store.ended_runs import NOON_MS, empty, put, put_pictures, run_row

EVER = {"from_ms": 0, "to_ms": 2**52}
SHARED_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@pytest.fixture
def tables(database: sa.Engine) -> Tables:
    return Tables(database)


def ids(tables: Tables, **asked: Any) -> list[str]:
    return list(tables.runs(**{"origin": "sandbox", "limit": 10, **asked})["id"])


# -- history -------------------------------------------------------------------------------------


def test_the_newest_runs_come_first(database: sa.Engine, tables: Tables) -> None:
    put(database, *(run_row(f"0{number}") for number in (2, 1, 3)))

    assert ids(tables) == ["03", "02", "01"]


def test_a_page_starts_where_its_key_says(database: sa.Engine, tables: Tables) -> None:
    put(database, *(run_row(f"{number:02}") for number in range(9)))

    assert ids(tables, before="05", limit=3) == ["04", "03", "02"]
    assert ids(tables, after="05", limit=2) == ["07", "06"]
    assert ids(tables, before="035", limit=2) == ["03", "02"]


def test_deleted_runs_and_those_of_other_accounts_are_not_in_the_history(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01"), run_row("02", deleted_at=1), run_row("03", origin="real"))

    assert ids(tables) == ["01"]
    assert tables.count(origin="sandbox", up_to=10) == 1


def test_columns_and_dtypes_are_the_same_with_and_without_runs(
    database: sa.Engine, tables: Tables
) -> None:
    nothing = tables.runs(origin="sandbox", limit=10)
    put(database, run_row("01", state="queued", cost_micros=None, cost_basis=None))
    something = tables.runs(origin="sandbox", limit=10)

    assert {name: str(dtype) for name, dtype in nothing.dtypes.items()} == dict(RUN_DTYPES)
    assert list(nothing.columns) == list(something.columns)[: len(RUN_DTYPES)]
    assert list(nothing.dtypes) == list(something.dtypes)[: len(RUN_DTYPES)]


def test_a_whole_number_of_the_input_stays_one_beside_a_run_without_it(
    database: sa.Engine, tables: Tables
) -> None:
    seed = 2**63 + 1
    put(database, run_row("01", input={"seed": seed}), run_row("02"))

    assert list(tables.runs(origin="sandbox", limit=10)["seed"]) == [None, seed]


def test_the_thumbnail_is_of_the_first_picture_that_can_be_shown(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01"))
    put_pictures(database, "01", 3)
    with database.begin() as db:
        db.exec_driver_sql("UPDATE picture SET problem = 'cut' WHERE number = 0")

    row = tables.runs(origin="sandbox", limit=1).iloc[0]

    assert row["pictures"] == 3
    assert row["thumbnail"] == "011".ljust(64, "0")


def test_counting_stops_where_it_is_told_to(database: sa.Engine, tables: Tables) -> None:
    put(database, *(run_row(f"{number:02}") for number in range(9)))

    assert tables.count(origin="sandbox", up_to=5) == 5
    assert tables.count(origin="sandbox", up_to=50) == 9
    assert tables.count(origin="sandbox", up_to=50, after="06") == 2


LETTERS = st.text(alphabet="aB%_\\/'\"*?[]^ 🍌é-;", min_size=1, max_size=6)


@given(prompts=st.lists(LETTERS, min_size=1, max_size=6), text=LETTERS)
@example(prompts=["100% sure", "100 sure"], text="0%")
@example(prompts=["snake_case", "snakeXcase"], text="e_c")
@example(prompts=["back\\slash", "for/ward"], text="\\s")
@example(prompts=['it\'s "so"', "its so"], text="'s \"")
@example(prompts=["a 🍌 split"], text="🍌")
@SHARED_FILE
def test_the_filter_finds_exactly_the_prompts_that_have_the_text(
    database: sa.Engine, tables: Tables, prompts: list[str], text: str
) -> None:
    empty(database)
    put(database, *(run_row(f"{at:02}", prompt=prompt) for at, prompt in enumerate(prompts)))

    wanted = [f"{at:02}" for at, prompt in enumerate(prompts) if text.lower() in prompt.lower()]
    assert ids(tables, text=text) == wanted[::-1]


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
def test_every_run_is_settled_held_or_in_doubt_and_the_slots_tie_out(
    database: sa.Engine, tables: Tables, rows: list[dict[str, Any]]
) -> None:
    empty(database)
    put(database, *(run_row(f"{at:02}", **row) for at, row in enumerate(rows)))

    found = tables.spending(origin="sandbox", **EVER)

    totals, slots = found.totals, found.slots
    known = [row for row in rows if row["cost_micros"] is not None]
    unknown = sum(row["estimate_micros"] for row in rows if row["cost_micros"] is None)
    assert totals.runs == len(rows)
    assert totals.settled_runs + totals.held_runs + totals.in_doubt_runs == len(rows)
    assert totals.spend_micros == sum(row["cost_micros"] for row in known)
    assert totals.held_micros + totals.in_doubt_micros == unknown
    assert slots["runs"].sum() == totals.settled_runs == len(known)
    assert slots["cost_micros"].sum() == totals.spend_micros
    assert slots["estimate_micros"].sum() == totals.estimate_of_settled_micros


def test_a_parked_run_of_known_cost_is_spend_and_not_in_doubt_as_well(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01", state="parked"), run_row("02", state="parked", cost_micros=None))

    totals = tables.spending(origin="sandbox", **EVER).totals

    assert (totals.spend_micros, totals.in_doubt_micros) == (80_000, 80_000)
    assert (totals.settled_runs, totals.in_doubt_runs) == (1, 1)


def test_what_was_paid_stays_paid_when_a_run_is_deleted(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, run_row("01", deleted_at=1))

    assert tables.spending(origin="sandbox", **EVER).totals.spend_micros == 80_000


def test_play_money_and_real_money_never_meet(database: sa.Engine, tables: Tables) -> None:
    put(database, run_row("01"), run_row("02", origin="api.runflow.io", cost_micros=1))

    assert tables.spending(origin="sandbox", **EVER).totals.spend_micros == 80_000
    assert tables.spending(origin="api.runflow.io", **EVER).totals.spend_micros == 1


def test_a_span_holds_its_first_moment_and_not_its_last(
    database: sa.Engine, tables: Tables
) -> None:
    put(database, *(run_row(f"0{at}", created_at=NOON_MS + at) for at in range(4)))

    span = {"from_ms": NOON_MS + 1, "to_ms": NOON_MS + 3}
    assert tables.spending(origin="sandbox", **span).totals.runs == 2


def test_without_runs_every_sum_is_zero(tables: Tables) -> None:
    found = tables.spending(origin="sandbox", **EVER)

    assert set(asdict(found.totals).values()) == {0}
    assert {name: str(dtype) for name, dtype in found.slots.dtypes.items()} == dict(SLOT_DTYPES)
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


def test_a_page_is_read_through_an_index_without_sorting(tables: Tables, plans: list[str]) -> None:
    tables.runs(origin="sandbox", limit=51, before="01")
    tables.runs(origin="sandbox", limit=51, after="01")

    assert sum("USING INDEX ix_run_history (origin=? AND id" in step for step in plans) == 2
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN run") for step in plans)


def test_the_costs_are_read_from_their_index_alone(tables: Tables, plans: list[str]) -> None:
    tables.spending(origin="sandbox", from_ms=1, to_ms=2)

    assert sum("COVERING INDEX ix_run_costs" in step for step in plans) == 2
    assert not any(step.startswith("SCAN run") for step in plans)

"""A hold ends as its run does: settled, released or in doubt; no time and no crash ends it."""

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.budget import OverBudget
from lib.domain.run import RunState
from lib.store.database import open_database
from lib.store.migrate import migrate
from tests.store import held_runs as ends
from tests.store.held_runs import PRICE, End, House, house_on, terms

OPEN = ("queued", "sending", "unknown", "accepted")
ENDINGS: dict[End, tuple[int, int, int]] = {
    ends.send: (0, PRICE, 0),
    ends.refused: (0, 0, 0),
    ends.taken_back: (0, 0, 0),
    ends.failed_free: (0, 0, 0),
    ends.stored_for_less: (60_000, 0, 0),
    ends.stored_for_more: (200_000, 0, 0),
    ends.parked: (0, 0, PRICE),
    ends.canceled_at_the_api: (0, 0, PRICE),
    ends.corrected_later: (30_000, 0, 0),
    ends.given_up_as_free: (0, 0, 0),
    ends.given_up_as_charged: (PRICE, 0, 0),
    ends.taken_up_again: (0, PRICE, 0),
    ends.deleted: (60_000, 0, 0),
}
"""What is spent, held and in doubt after each."""


@pytest.fixture
def house(database: sa.Engine) -> House:
    return house_on(database)


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
def test_a_hold_ends_as_its_run_does(house: House, end: End):
    house.budgets.make(terms(), by="ada")
    house.click("01")

    end(house, "01")

    assert house.use() == ENDINGS[end]


def test_no_time_ends_a_hold(house: House):
    house.budgets.make(terms(), by="ada")
    (found,) = house.budgets.uses(house.budgets.in_force())
    house.clock.wall_ms = found.span.from_ms
    house.click("01")
    ends.send(house, "01")

    house.clock.wall_ms = found.span.to_ms - 1

    assert house.use() == (0, PRICE, 0)
    with pytest.raises(OverBudget):
        house.click("02")


def test_what_is_held_is_listed_with_who_and_since_when(house: House):
    house.budgets.make(terms(3 * PRICE), by="ada")
    began = house.clock.now_ms()
    for run_id in ("01", "02", "03"):
        house.click(run_id, created_by="grace")
    ends.stored_for_less(house, "01")
    ends.parked(house, "02")

    (found,) = house.budgets.uses(house.budgets.in_force())
    holds = house.budgets.holds(found.budget, found.span, limit=9)

    told = [(hold.run_id, hold.state, hold.created_by, hold.amount_micros) for hold in holds]
    assert told == [
        ("02", RunState.PARKED, "grace", PRICE),
        ("03", RunState.QUEUED, "grace", PRICE),
    ]
    assert {hold.created_at for hold in holds} == {began}
    assert sum(hold.amount_micros for hold in holds) == found.held_micros + found.in_doubt_micros


@settings(max_examples=30)
@given(
    limits=st.lists(st.integers(0, 6), min_size=1, max_size=3),
    history=st.lists(st.sampled_from([*ENDINGS]), max_size=8),
)
def test_no_history_is_let_pass_a_limit_and_holds_end_with_their_runs(
    tmp_path_factory: pytest.TempPathFactory, limits: list[int], history: list[End]
):
    database = open_database(tmp_path_factory.mktemp("history") / "plantain.db")
    migrate(database)
    house = house_on(database)
    for limit in limits:
        house.budgets.make(terms(limit * PRICE), by="ada")
    for number, end in enumerate(history):
        click_as_far_as_it_fits(house, f"{number:02d}", end)

    budgets_are_the_sums_of_runs(house)
    database.dispose()


def click_as_far_as_it_fits(house: House, run_id: str, end: End) -> None:
    left = min(use.left_micros for use in house.budgets.uses(house.budgets.in_force()))
    try:
        house.click(run_id)
    except OverBudget:
        assert left < PRICE, "what fits was refused"
    else:
        assert left >= PRICE, "what does not fit was let through"
        end(house, run_id)


def budgets_are_the_sums_of_runs(house: House) -> None:
    with house.database.connect() as db:
        rows = db.execute(sa.text("SELECT state, cost_micros, estimate_micros FROM run")).all()
    spent = sum(row.cost_micros for row in rows if row.cost_micros is not None)
    unknown = [row for row in rows if row.cost_micros is None]
    held = sum(row.estimate_micros for row in unknown if row.state in OPEN)
    in_doubt = sum(row.estimate_micros for row in unknown if row.state not in OPEN)
    for found in house.budgets.uses(house.budgets.in_force()):
        sums = (found.spent_micros, found.held_micros, found.in_doubt_micros)
        assert sums == (spent, held, in_doubt)

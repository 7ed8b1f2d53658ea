"""Budgets hold at the click: all scopes or nothing, exactly, whoever else clicks at the time."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from lib.domain.budget import ChangeOfBudget, OverBudget, Scope, Strength, Terms, Window, window_at
from lib.domain.organising import Sharing
from lib.store.budgets import Budgets
from lib.store.database import writing
from lib.store.names import Names
from lib.store.records import Records
from tests.store.conftest import a_run
from tests.store.held_runs import PRICE, House, house_on, stored_for_less, terms
from tests.store.test_reconciliation import a_strangers_run


@pytest.fixture
def house(database: sa.Engine) -> House:
    return house_on(database)


# -- at the click --------------------------------------------------------------------------------


def test_what_fits_is_let_through_and_the_next_is_refused(house: House):
    house.budgets.make(terms(2 * PRICE), by="ada")
    house.click("01")
    house.click("02")

    with pytest.raises(OverBudget) as caught:
        house.click("03")

    (refused,) = caught.value.refused
    assert (refused.left_micros, caught.value.needed_micros) == (0, PRICE)
    assert house.use() == (0, 2 * PRICE, 0)


def test_a_refused_click_leaves_nothing_and_queues_nothing(house: House, records: Records):
    house.budgets.make(terms(0), by="ada")
    queued: list[str] = []

    with pytest.raises(OverBudget):
        house.ledger.add(a_run(), lambda _db, run_id: queued.append(run_id))

    assert records.find("01") is None
    assert queued == []


def test_a_hold_that_cannot_be_queued_is_none(house: House):
    house.budgets.make(terms(), by="ada")

    def refuses(_db: sa.Connection, _run_id: str) -> None:
        raise RuntimeError("the queue is gone")

    with pytest.raises(RuntimeError):
        house.ledger.add(a_run(), refuses)

    assert house.use() == (0, 0, 0)
    assert house.click("02") == "02"


def test_the_same_click_again_is_not_held_twice(house: House):
    house.budgets.make(terms(), by="ada")

    assert house.click("01", click_token="once") == "01"
    assert house.click("02", click_token="once") == "01"
    assert house.use() == (0, PRICE, 0)


def test_every_budget_that_a_run_is_of_has_to_have_room(house: House):
    house.budgets.make(terms(100 * PRICE), by="ada")
    house.budgets.make(terms(0, scope=Scope.PERSON, subject="local", window=Window.DAY), by="ada")
    house.budgets.make(terms(0, window=Window.WEEK), by="ada")

    with pytest.raises(OverBudget) as caught:
        house.click("01")

    windows = [refused.budget.terms.window for refused in caught.value.refused]
    assert windows == [Window.DAY, Window.WEEK]


def test_a_soft_budget_refuses_nothing(house: House):
    house.budgets.make(terms(0, strength=Strength.SOFT), by="ada")

    house.click("01")

    assert house.use() == (0, PRICE, 0)


@pytest.mark.parametrize(
    "not_this_runs",
    [
        terms(0, scope=Scope.PERSON, subject="ada"),
        terms(0, scope=Scope.TAG, subject="7"),
        terms(0, scope=Scope.COLLECTION, subject="7"),
        terms(0, window=Window.ONCE, first_day=date(2020, 1, 1), last_day=date(2020, 1, 31)),
    ],
)
def test_budgets_of_others_and_of_other_times_refuse_nothing(house: House, not_this_runs: Terms):
    house.budgets.make(not_this_runs, by="ada")

    assert house.click("01") == "01"


def test_sandbox_and_real_money_never_share_a_budget(house: House):
    of_real_money = Budgets(house.database, house.clock, origin="api.runflow.io")
    of_real_money.make(terms(0), by="ada")
    house.budgets.make(terms(), by="ada")
    with pytest.raises(OverBudget):
        house.click("01", origin="api.runflow.io")

    assert house.click("02") == "02"
    assert house.use() == (0, PRICE, 0)


def test_what_is_free_is_let_through_when_nothing_is_left(house: House):
    house.budgets.make(terms(0), by="ada")

    assert house.click("01", estimate_micros=0) == "01"


@pytest.mark.parametrize("scope", [Scope.TAG, Scope.COLLECTION])
def test_a_run_clicked_under_a_tag_or_collection_is_held_there(house: House, scope: Scope):
    names = Names(house.database, house.clock)
    ids = {
        Scope.TAG: names.tag_id("kites", by="ada"),
        Scope.COLLECTION: names.make_collection("Kites", sharing=Sharing.TEAM, by="ada"),
    }
    house.budgets.make(terms(scope=scope, subject=str(ids[scope])), by="ada")
    labels = {f"{scope}_ids": (ids[scope],)}

    house.click("01", **labels)
    house.click("02")
    with pytest.raises(OverBudget):
        house.click("03", **labels)

    assert house.use() == (0, PRICE, 0)


# -- over time -----------------------------------------------------------------------------------


def test_a_window_begins_anew_at_local_midnight(house: House):
    house.budgets.make(terms(window=Window.DAY, zone="Asia/Kathmandu"), by="ada")
    span = window_at(terms(window=Window.DAY, zone="Asia/Kathmandu"), house.clock.now_ms())
    assert span is not None
    house.clock.wall_ms = span.to_ms - 1
    house.click("01")
    with pytest.raises(OverBudget):
        house.click("02")

    house.clock.wall_ms = span.to_ms

    assert house.click("03") == "03"
    assert house.use() == (0, PRICE, 0)


def test_a_run_counts_in_the_window_of_its_click_however_late_it_ends(house: House):
    house.budgets.make(terms(window=Window.DAY), by="ada")
    house.click("01")
    house.clock.pass_s(2 * 24 * 3600.0)

    stored_for_less(house, "01")

    assert house.use() == (0, 0, 0)


def test_what_was_made_elsewhere_counts_in_the_teams_budget(house: House):
    house.budgets.make(terms(), by="ada")
    house.audits.adopt(a_strangers_run(created_at=house.clock.now_ms()))

    with pytest.raises(OverBudget):
        house.click("01")


# -- by a person ---------------------------------------------------------------------------------


def test_every_change_is_on_record_and_counts_at_once(house: House):
    made = house.budgets.make(terms(0), by="ada")
    assert house.budgets.change(made, limit_micros=PRICE, strength=Strength.HARD, by="grace")
    house.click("01")
    assert house.budgets.change(made, limit_micros=0, strength=Strength.HARD, by="grace")
    with pytest.raises(OverBudget):
        house.click("02")
    assert house.budgets.end(made, by="ada")
    house.click("03")

    told = [(line.kind, line.by, line.limit_micros) for line in house.budgets.history(9)]
    assert told == [
        (ChangeOfBudget.ENDED, "ada", 0),
        (ChangeOfBudget.CHANGED, "grace", 0),
        (ChangeOfBudget.CHANGED, "grace", PRICE),
        (ChangeOfBudget.MADE, "ada", 0),
    ]


def test_what_changes_nothing_is_not_on_record(house: House):
    made = house.budgets.make(terms(), by="ada")

    assert not house.budgets.change(made, limit_micros=PRICE, strength=Strength.HARD, by="ada")
    assert house.budgets.end(made, by="ada")
    assert not house.budgets.end(made, by="ada")
    assert not house.budgets.change(made, limit_micros=1, strength=Strength.HARD, by="ada")
    assert len(house.budgets.history(9)) == 2


@pytest.mark.parametrize(
    "act", ["UPDATE budget_change SET by = 'eve'", "DELETE FROM budget_change"]
)
def test_the_history_of_budgets_cannot_be_rewritten(house: House, act: str):
    house.budgets.make(terms(), by="ada")

    with pytest.raises(sa.exc.IntegrityError, match="only added to"), writing(house.database) as db:
        db.exec_driver_sql(act)


def test_budgets_survive_a_restart_as_they_were_set(house: House):
    once = terms(
        scope=Scope.PERSON,
        subject="ada",
        window=Window.ONCE,
        first_day=date(2026, 11, 3),
        last_day=date(2026, 11, 5),
    )
    house.budgets.make(once, by="ada")
    house.database.dispose()

    assert [one.terms for one in house.budgets.in_force()] == [once]


# -- speed, as a matter of plan ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "needs"),
    [
        (terms(), 1),
        (terms(scope=Scope.PERSON, subject="local"), 1),
        (terms(scope=Scope.TAG, subject="1"), 3),
        (terms(scope=Scope.COLLECTION, subject="1"), 3),
    ],
)
def test_a_budget_never_looks_at_runs_that_are_settled(house: House, of: Terms, needs: int):
    house.budgets.make(of, by="ada")
    steps: list[str] = []

    @sa.event.listens_for(house.database, "before_cursor_execute")
    def explain(_db: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "budget_sum" in statement:
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            steps.extend(step[3] for step in plan if step[3].startswith(("SEARCH", "SCAN")))

    house.budgets.uses(house.budgets.in_force())

    steps = [step for step in steps if "experiment" not in step]  # what waits is in other tables
    sums = [step for step in steps if "budget_sum" in step]
    runs = [step for step in steps if step not in sums and "anon" not in step]
    assert len(runs) == needs
    assert "SEARCH run USING COVERING INDEX ix_run_unsettled" in runs[0]
    assert all("(run_id=?)" in step or "(no=? AND " in step for step in runs[1:])
    assert len(sums) == 3
    assert all("SEARCH budget_sum USING PRIMARY KEY" in step for step in sums)

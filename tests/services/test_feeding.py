"""What keeps cells from being sent: prices, budgets, a lost key, and a machine that is not fit."""

import dataclasses
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from lib.domain.cell_runs import OfCell
from lib.domain.errors import NotAccepting
from lib.domain.experiment_progress import ExperimentState
from lib.domain.experiment_turns import AHEAD
from lib.domain.run import Failure
from lib.services.experiments.feeding import AFTER_TROUBLE_S, IDLE_S, LOOK_AGAIN_S, Feeding
from lib.store.database import writing
from lib.store.restored import pause_what_came_back
from tests.store.conftest import a_run, unqueued
from tests.store.experimenting import Lab, lab_on
from tests.store.held_runs import PRICE, house_on, terms

MOST = 2


class Clicks:
    """In the place of the run service: what a cell asks for goes straight into the ledger."""

    def __init__(self, lab: Lab, costs: int = PRICE) -> None:
        self.lab, self.costs = lab, costs
        self.refusal: Exception | None = None

    def submit(self, _model: str, values: Any, *, click_token: str, cell: OfCell, **_: Any) -> str:
        if self.refusal is not None:
            raise self.refusal
        new = a_run(click_token.replace(":", "-"), token=click_token)
        new = dataclasses.replace(new, input=values, cell=cell, estimate_micros=self.costs)
        return self.lab.house.ledger.add(new, unqueued)


@pytest.fixture
def lab(database: sa.Engine) -> Lab:
    return lab_on(house_on(database))


def feeding(lab: Lab, clicks: Clicks | None = None, **others: Any) -> Feeding:
    clicks = clicks or Clicks(lab)
    parts: dict[str, Any] = {"runs": clicks, "price_of": lambda *_: clicks.costs, "most": MOST}
    return Feeding(experiments=lab.experiments, records=lab.records, **{**parts, **others})


def test_no_more_is_sent_than_keeps_the_room_full(lab: Lab):
    assert feeding(lab).feed() == IDLE_S
    lab.start()
    lab.start("x2")

    assert feeding(lab).feed() == LOOK_AGAIN_S

    assert (lab.progress("x1").open, lab.progress("x2").open) == (2, 2)
    assert lab.records.count_open_runs() == MOST + AHEAD


def test_a_cell_that_would_cost_more_than_is_held_pauses_its_experiment(lab: Lab):
    lab.start()

    feeding(lab, Clicks(lab, PRICE + 1)).feed()

    found = lab.records.find("x1")
    assert (found.state, found.progress.open) == (ExperimentState.PAUSED, 0)
    assert "Prices have gone up" in found.reason


def test_a_cell_that_costs_less_by_now_holds_less(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()

    feeding(lab, Clicks(lab, PRICE - 10_000)).feed()

    assert lab.house.use() == (0, 4 * PRICE - 4 * 10_000, 0)


def test_a_budget_that_was_lowered_pauses_what_does_not_fit_any_more(lab: Lab):
    budget = lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()
    (found,) = lab.house.budgets.in_force()
    lab.house.budgets.change(
        budget, limit_micros=3 * PRICE, strength=found.terms.strength, by="ada"
    )

    feeding(lab, most=9).feed()

    now = lab.records.find("x1")
    assert (now.state, now.progress.open) == (ExperimentState.PAUSED, 3)
    assert "does not fit into a budget" in now.reason


def test_one_that_the_api_turns_away_pauses_and_others_go_on_until_they_are_too(lab: Lab):
    lab.start()
    run_id = lab.send()
    lab.house.ledger.intend(run_id, quiet_ms=1)
    lab.house.ledger.refuse(run_id, Failure("KEY", "bad key"), http_status=401, due_at=0)

    feeding(lab).feed()

    assert "The API takes no runs: bad key" in lab.records.find("x1").reason
    lab.house.clock.pass_s(1)
    lab.experiments.go_on("x1", {})
    feeding(lab).feed()
    assert lab.progress().open == 3


def test_nothing_is_sent_while_the_machine_is_not_fit(lab: Lab):
    lab.start()

    assert feeding(lab, why_not=lambda: "the disk is full").feed() == AFTER_TROUBLE_S

    assert lab.progress().waiting == 4


def test_trouble_of_the_moment_leaves_the_cell_and_is_tried_again(lab: Lab):
    lab.start()
    clicks = Clicks(lab)
    clicks.refusal = NotAccepting("the engine is starting")
    sending = feeding(lab, clicks)

    with pytest.raises(NotAccepting):
        sending.feed()
    assert lab.records.find("x1").state is ExperimentState.GOING

    clicks.refusal = None
    sending.start()
    sending.wake()
    for _ in range(2_000):
        if lab.progress().waiting == 0:
            break
        threading.Event().wait(0.01)
    sending.stop()
    assert lab.progress().open == 4


def test_what_came_back_with_a_backup_waits_until_no_request_of_before_can_arrive(lab: Lab):
    lab.start()
    lab.start("x2")
    with writing(lab.house.database) as db:
        pause_what_came_back(db, lab.house.clock)
    sending = feeding(lab, quiet_s=65, clock=lab.house.clock)
    lab.experiments.go_on("x1", {})

    lab.house.clock.pass_s(64)
    assert sending.feed() == IDLE_S
    assert lab.progress("x1").waiting == 4

    lab.house.clock.pass_s(1)
    sending.feed()
    assert (lab.progress("x1").waiting, lab.progress("x2").waiting) == (0, 4)


def test_what_was_paused_by_hand_does_not_wait_after_a_start(lab: Lab):
    lab.start()
    lab.experiments.pause("x1")
    sending = feeding(lab, quiet_s=65, clock=lab.house.clock)
    lab.experiments.go_on("x1", {})

    sending.feed()

    assert lab.progress("x1").waiting == 0

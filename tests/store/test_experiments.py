"""An experiment holds its whole sum in one write, and each of its cells becomes one run at most."""

import dataclasses
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.approval import NeedsApproval
from lib.domain.budget import OverBudget, Scope, Window
from lib.domain.experiment_growing import with_values
from lib.domain.experiment_progress import CellState, CellTaken, ExperimentState, NoExperiment
from lib.domain.experiment_tree import tree_of
from lib.domain.run import CostBasis, RunState
from lib.store.approvals import Approvals
from lib.store.backup import _mark_open_runs
from lib.store.experiment_entries import Priced
from lib.store.schema_experiments import experiment, experiment_cell, experiment_run
from tests.domain.designs import grid
from tests.store.experimenting import DESIGN, Lab, lab_on, new_experiment
from tests.store.held_runs import PRICE, House, finish, house_on, refused, terms
from tests.store.test_budget_crowds import ALWAYS, CROWD

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(database: sa.Engine) -> House:
    return house_on(database)


@pytest.fixture
def lab(house: House) -> Lab:
    return lab_on(house)


def count(lab: Lab, table: sa.Table) -> int:
    with lab.house.database.connect() as db:
        return db.scalar(sa.select(sa.func.count()).select_from(table))


# -- starting ------------------------------------------------------------------------------------


def test_the_whole_sum_is_held_from_the_start_on(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")

    lab.start()

    assert lab.house.use() == (0, 4 * PRICE, 0)
    with pytest.raises(OverBudget):
        lab.house.click("01")


def test_what_does_not_fit_as_a_whole_is_refused_and_leaves_nothing(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE - 1), by="ada")

    with pytest.raises(OverBudget) as caught:
        lab.start(cap_micros=9 * PRICE)

    assert caught.value.needed_micros == 4 * PRICE
    assert (count(lab, experiment), count(lab, experiment_cell)) == (0, 0)
    assert lab.house.use() == (0, 0, 0)


def test_a_start_that_dies_half_way_leaves_nothing(lab: Lab):
    lab.house.budgets.make(terms(5 * PRICE), by="ada")
    new = new_experiment()
    twice = dataclasses.replace(new, cells=[*new.cells, new.cells[0]])

    with pytest.raises(sa.exc.IntegrityError):
        lab.experiments.start(twice)

    assert (count(lab, experiment), count(lab, experiment_cell)) == (0, 0)
    assert lab.house.use() == (0, 0, 0)


def test_the_same_click_starts_one_experiment(lab: Lab):
    assert lab.start("x1", click_token="once") == "x1"
    assert lab.start("x2", click_token="once") == "x1"
    assert count(lab, experiment) == 1


def test_two_experiments_hold_together(lab: Lab):
    lab.house.budgets.make(terms(7 * PRICE), by="ada")
    lab.start("x1")

    with pytest.raises(OverBudget):
        lab.start("x2")


def test_an_experiment_holds_of_the_budget_of_who_started_it_alone(lab: Lab):
    lab.house.budgets.make(terms(PRICE, scope=Scope.PERSON, subject="bo"), by="ada")

    lab.start()

    assert lab.house.use() == (0, 0, 0)


def test_what_waits_counts_in_the_window_that_now_is_in(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE, window=Window.DAY), by="ada")
    lab.start()
    lab.house.clock.pass_s(86_400)

    assert lab.house.use() == (0, 4 * PRICE, 0)


def test_a_sum_above_the_price_for_owners_needs_one_and_its_cells_do_not(lab: Lab):
    Approvals(lab.house.database, lab.house.clock, origin="sandbox").set_threshold(0, by="ada")

    with pytest.raises(NeedsApproval):
        lab.start()
    lab.start(is_accepted=True)

    assert lab.send() is not None


# -- sending -------------------------------------------------------------------------------------


def test_a_cell_that_is_sent_is_held_as_a_run_and_no_more_as_a_cell(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()

    while lab.send():
        assert lab.house.use() == (0, 4 * PRICE, 0)

    assert lab.progress().open == 4


def test_a_run_that_cannot_be_queued_leaves_its_cell_waiting(lab: Lab):
    lab.start()

    def dies(_db: sa.Connection, _run_id: str) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        lab.send(enqueue=dies)

    assert (lab.progress().waiting, count(lab, experiment_run)) == (4, 0)
    assert lab.send() is not None


def test_a_cell_is_sent_once_by_whomever(lab: Lab):
    lab.start()
    of = lab.records.next_cell("x1").of
    first = lab.send_cell(of, run_id="r1")

    assert lab.send_cell(of, run_id="r2") == first
    assert count(lab, experiment_run) == 1


def test_a_cell_taken_under_another_token_is_refused(lab: Lab):
    lab.start()
    of = lab.records.next_cell("x1").of
    lab.send_cell(of)

    with pytest.raises(CellTaken):
        lab.send_cell(dataclasses.replace(of, attempt=2))

    assert count(lab, experiment_run) == 1


def test_a_run_that_costs_more_than_its_cell_holds_is_not_made(lab: Lab):
    lab.start(price=PRICE - 1)

    with pytest.raises(CellTaken):
        lab.send_cell(lab.records.next_cell("x1").of, estimate=PRICE)

    assert (lab.progress().waiting, count(lab, experiment_run)) == (4, 0)


@pytest.mark.parametrize("end", ["pause", "stop"])
def test_nothing_is_sent_of_what_does_not_go_on(lab: Lab, end: str):
    lab.start()
    of = lab.records.next_cell("x1").of
    getattr(lab.experiments, end)("x1")

    with pytest.raises(CellTaken):
        lab.send_cell(of)

    assert count(lab, experiment_run) == 0


def test_cells_are_sent_up_to_the_cap_and_never_above_it(lab: Lab):
    """The first two cost more than was expected, so that the last ones do not fit any more."""
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()
    for _ in range(2):
        finish(lab.house, lab.send(), RunState.STORED, PRICE + 20_000)
    lab.send()

    with pytest.raises(OverBudget):
        lab.send()

    spent, _, _ = lab.house.use()
    assert spent + PRICE <= 4 * PRICE


def test_a_cap_of_its_own_counts_its_runs_and_cells_alone(lab: Lab):
    lab.house.click("01")
    lab.start(cap_micros=4 * PRICE)
    finish(lab.house, lab.send(), RunState.STORED, PRICE)
    lab.send()

    use = lab.cap()
    assert (use.spent_micros, use.held_micros) == (PRICE, 3 * PRICE)
    assert lab.house.budgets.in_force() == []


def test_a_sum_above_its_own_cap_is_refused(lab: Lab):
    with pytest.raises(OverBudget):
        lab.start(cap_micros=4 * PRICE - 1)


# -- pausing, stopping, trying again -------------------------------------------------------------


def test_pausing_keeps_the_hold_and_stopping_gives_back_what_was_not_sent(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()
    lab.send()

    assert lab.experiments.pause("x1")
    assert not lab.experiments.pause("x1")
    assert lab.house.use() == (0, 4 * PRICE, 0)

    assert lab.experiments.stop("x1") == (3, 3 * PRICE)
    assert lab.experiments.stop("x1") is None
    assert lab.house.use() == (0, PRICE, 0)
    assert lab.progress().dropped == 3


def test_going_on_holds_what_cells_cost_now(lab: Lab):
    lab.house.budgets.make(terms(6 * PRICE), by="ada")
    lab.start()
    lab.experiments.pause("x1", "dearer")
    keys = list(lab.records.inputs("x1"))

    with pytest.raises(OverBudget):
        lab.experiments.go_on("x1", dict.fromkeys(keys, 2 * PRICE))
    assert lab.records.find("x1").state is ExperimentState.PAUSED
    assert lab.house.use() == (0, 4 * PRICE, 0)

    assert lab.experiments.go_on("x1", dict.fromkeys(keys, PRICE + 10_000))
    assert lab.house.use() == (0, 4 * PRICE + 40_000, 0)
    assert not lab.experiments.go_on("x1", {})


def test_failed_cells_alone_wait_again_and_are_held_again(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()
    runs = [lab.send() for _ in range(4)]
    refused(lab.house, runs[0])
    finish(lab.house, runs[1], RunState.STORED, PRICE)
    finish(lab.house, runs[2], RunState.PARKED, None)
    estimates = dict.fromkeys(lab.records.inputs("x1", (CellState.SENT,)), PRICE)

    assert lab.experiments.retry("x1", estimates) == 1
    assert lab.experiments.retry("x1", estimates) == 0
    assert lab.progress().waiting == 1
    assert sum(lab.house.use()) == 4 * PRICE

    again = lab.send()
    assert again not in runs
    assert lab.records.cells("x1")[0].attempt == 2


def test_trying_again_is_refused_when_the_money_went_elsewhere(lab: Lab):
    lab.house.budgets.make(terms(4 * PRICE), by="ada")
    lab.start()
    refused(lab.house, lab.send())
    lab.house.click("01")
    estimates = dict.fromkeys(lab.records.inputs("x1", (CellState.SENT,)), PRICE)

    with pytest.raises(OverBudget):
        lab.experiments.retry("x1", estimates)

    assert lab.progress().failed == 1


def test_a_value_added_later_brings_its_cells_alone(lab: Lab):
    lab.house.budgets.make(terms(6 * PRICE), by="ada")
    lab.start()
    runs = [lab.send() for _ in range(4)]
    grown = with_values(DESIGN, 0, [("4K",)])
    cells = new_experiment(design=grown).cells
    seen, design = tree_of(DESIGN), tree_of(grown)

    assert lab.experiments.grow("x1", seen=seen, design=design, cells=cells) == 2
    assert lab.experiments.grow("x1", seen=design, design=design, cells=cells) == 0
    with pytest.raises(NoExperiment, match="somebody else"):
        lab.experiments.grow("x1", seen=seen, design=design, cells=cells)

    now = lab.records.cells("x1")
    assert [one.run_id for one in now] == [*runs, None, None]
    assert [one.varied["resolution"] for one in now[4:]] == ["4K", "4K"]
    assert lab.records.find("x1").design == grown
    assert sum(lab.house.use()) == 6 * PRICE


def test_what_is_stopped_does_not_grow_again(lab: Lab):
    lab.start()
    lab.experiments.stop("x1")

    with pytest.raises(NoExperiment, match="was stopped"):
        lab.experiments.retry("x1", {})


def test_what_comes_back_with_a_backup_waits_for_a_person(lab: Lab):
    lab.start()

    _mark_open_runs(lab.house.database, lab.house.clock, 1000)

    found = lab.records.find("x1")
    assert found.state is ExperimentState.PAUSED
    assert "backup" in found.reason


# -- progress and sums ---------------------------------------------------------------------------


def test_its_money_is_that_of_all_its_runs_those_of_earlier_attempts_too(lab: Lab):
    lab.start()
    first = lab.send()
    lab.house.ledger.intend(first, quiet_ms=1)
    lab.house.ledger.accept(first, "remote", status="queued")
    basis = {"cost_micros": 30_000, "cost_basis": CostBasis.CONFIRMED}
    lab.house.ledger.finish(first, RunState.FAILED, **basis)
    lab.experiments.retry("x1", dict.fromkeys(lab.records.inputs("x1", (CellState.SENT,)), PRICE))
    finish(lab.house, lab.send(), RunState.STORED, PRICE)
    finish(lab.house, lab.send(), RunState.PARKED, None)
    lab.send()

    now = lab.progress()
    assert (now.cells, now.waiting, now.open, now.stored, now.failed) == (4, 1, 1, 1, 1)
    assert now.spent_micros == PRICE + 30_000
    assert (now.held_micros, now.in_doubt_micros) == (2 * PRICE, PRICE)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_budget_is_the_sum_of_all_there_is(lab: Lab, seed: int):
    """Held, spent and in doubt of the team are those of its experiments and clicks, and fit."""
    chance, limit = random.Random(seed), 14 * PRICE
    lab.house.budgets.make(terms(limit), by="ada")
    clicks, sent = 0, []

    def click() -> None:
        nonlocal clicks
        lab.house.click(f"c{clicks}")
        clicks += 1

    def send() -> None:
        sent.append(lab.send(chance.choice(known)))

    def end() -> None:
        run_id = sent.pop(chance.randrange(len(sent)))
        state = chance.choice([RunState.STORED, RunState.FAILED, RunState.PARKED])
        costs = {RunState.STORED: 1, RunState.FAILED: 0, RunState.PARKED: None}
        finish(lab.house, run_id, state, costs[state])

    known = ["x0"]
    lab.start("x0")
    for step in range(40):
        acts = [click, send, lambda: lab.experiments.pause(chance.choice(known))]
        acts += [lambda: lab.experiments.go_on(chance.choice(known), {})] * 2
        acts += [end] * 3 if sent and None not in sent else []
        acts += [lambda: known.append(lab.start(f"x{step + 1}", price=chance.choice([1, PRICE])))]  # noqa: B023
        acts += [lambda: lab.experiments.stop(chance.choice(known))]
        with suppress(OverBudget, CellTaken):
            chance.choice(acts)()
        sent = [one for one in sent if one]

        spent, held, doubt = lab.house.use()
        of = [lab.progress(one) for one in known]
        assert spent + held + doubt <= limit
        assert spent == sum(one.spent_micros for one in of)
        assert held == sum(one.held_micros for one in of) + clicks * PRICE
        assert doubt == sum(one.in_doubt_micros for one in of)


STARTING = """
import sys, threading
from pathlib import Path
from lib.domain.budget import OverBudget
from lib.domain.clock import SystemClock
from lib.store.database import open_database
from lib.store.experiments import Experiments
from tests.store.experimenting import new_experiment

name, threads, price = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
experiments = Experiments(open_database(Path(sys.argv[1])), SystemClock(), origin="sandbox")
ready, fitted = threading.Barrier(threads), []

def start(number):
    new = new_experiment(f"{name}{number:03d}", price=price)
    ready.wait()
    try:
        fitted.append(experiments.start(new))
    except OverBudget:
        pass

started = [threading.Thread(target=start, args=(number,)) for number in range(threads)]
[thread.start() for thread in started]
[thread.join() for thread in started]
print(len(fitted))
"""


def test_crowds_that_start_experiments_fill_a_cap_exactly_and_never_pass_it(lab: Lab):
    lab.house.budgets.make(terms(7 * 4 * PRICE + 1, **ALWAYS), by="ada")
    arguments = [str(lab.house.database.url.database)]

    crowds = [
        subprocess.Popen(
            [sys.executable, "-c", STARTING, *arguments, name, str(CROWD // 4), str(PRICE)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    fitted = [int(process.communicate(timeout=300)[0]) for process in crowds]

    assert sum(fitted) == 7
    assert lab.house.use() == (0, 7 * 4 * PRICE, 0)


def test_the_sum_of_what_waits_is_read_from_its_index_alone(lab: Lab):
    with lab.house.database.connect() as db:
        plan = db.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT sum(estimate_micros) FROM experiment_cell "
            "WHERE state = 'waiting' AND experiment_id = 'x1'"
        ).all()

    assert "COVERING INDEX ix_experiment_cell_waiting" in plan[0][3]


def test_cells_hold_what_they_are_expected_to_cost_one_by_one(lab: Lab):
    lab.house.budgets.make(terms(10 * PRICE), by="ada")
    new = new_experiment(design=grid(resolution=["1K", "2K"]))
    dear = [Priced(priced.cell, (nth + 1) * PRICE) for nth, priced in enumerate(new.cells)]

    lab.experiments.start(dataclasses.replace(new, cells=dear))

    assert lab.house.use() == (0, 3 * PRICE, 0)

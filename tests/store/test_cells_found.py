"""Runs that the ledger has forgotten with a backup go back to the cells that they were made for."""

import dataclasses

import pytest
import sqlalchemy as sa

from lib.domain.cell_runs import OfCell, run_id_of
from lib.domain.experiment_progress import CellState, CellTaken
from lib.domain.run import CostBasis, Failure, RunState
from lib.store.adopted import Adopted
from tests.store.experimenting import Lab, lab_on
from tests.store.held_runs import PRICE, house_on, terms
from tests.store.test_reconciliation import a_strangers_run

X = "019a0000-0000-7000-8000-000000000007"
ANOTHER = "019a0000-0000-7000-8000-000000000008"
"""Of the same millisecond."""


@pytest.fixture
def lab(database: sa.Engine) -> Lab:
    lab = lab_on(house_on(database))
    lab.start(ANOTHER)
    lab.start(X)
    return lab


def first(lab: Lab, attempt: int = 1) -> OfCell:
    return OfCell(X, lab.records.cells(X)[0].key, attempt)


def found_at_the_api(lab: Lab, of: OfCell, **changes: object) -> str:
    """As an audit takes in what the API tells of; its id."""
    run_id = run_id_of(of)
    made_for = lab.house.audits.made_for(run_id)
    assert made_for is None or made_for.cell == of
    new: Adopted = a_strangers_run(id=run_id, client_ref=run_id, remote_id=f"at api {of.attempt}")
    if made_for is not None:
        changes = {"cell": made_for.cell, "created_by": made_for.created_by} | changes
    assert lab.house.audits.adopt(dataclasses.replace(new, **changes))
    return run_id


def cell(lab: Lab):
    return lab.records.cells(X)[0]


def failed(lab: Lab, run_id: str) -> None:
    """Free, as the API has said."""
    values = {"cost_micros": 0, "cost_basis": CostBasis.CONFIRMED}
    assert lab.house.ledger.finish(
        run_id,
        RunState.FAILED,
        from_states={RunState.ACCEPTED},
        failure=Failure(None, "no"),
        **values,
    )


def test_a_cell_that_waits_has_the_run_that_was_found_and_holds_nothing_more(lab: Lab):
    lab.house.budgets.make(terms(8 * PRICE), by="ada")

    run_id = found_at_the_api(lab, first(lab))

    assert (cell(lab).state, cell(lab).run_id) == (CellState.SENT, run_id)
    assert (lab.progress(X).waiting, lab.progress(X).open) == (3, 1)
    assert lab.progress(ANOTHER).waiting == 4
    assert lab.house.use() == (0, 8 * PRICE, 0)


def test_what_was_retried_since_is_the_cells_latest_run_in_whichever_order_it_is_found(lab: Lab):
    again = found_at_the_api(lab, first(lab, 2))
    once = found_at_the_api(lab, first(lab, 1))
    failed(lab, once)

    assert (cell(lab).attempt, cell(lab).run_id) == (2, again)
    assert lab.records.of_run(once) == lab.records.of_run(again) == lab.records.find(X)


def test_a_failed_cell_has_the_run_that_it_was_retried_with(lab: Lab):
    failed(lab, found_at_the_api(lab, first(lab, 1)))

    again = found_at_the_api(lab, first(lab, 2))

    assert (cell(lab).attempt, cell(lab).run_id) == (2, again)


def test_a_cell_that_has_a_good_run_keeps_it(lab: Lab):
    once = found_at_the_api(lab, first(lab, 1))

    found_at_the_api(lab, first(lab, 2))

    assert (cell(lab).attempt, cell(lab).run_id) == (1, once)


def test_a_cell_that_was_dropped_and_bought_all_the_same_has_its_run(lab: Lab):
    lab.experiments.stop(X)

    run_id = found_at_the_api(lab, first(lab))

    assert (cell(lab).state, cell(lab).run_id) == (CellState.SENT, run_id)


def test_a_run_of_an_experiment_that_is_not_here_is_nobodys(lab: Lab):
    unknown = OfCell("019a0000-0000-7000-8000-000000000009", first(lab).key, 1)

    found_at_the_api(lab, unknown)

    assert lab.progress(X).waiting == lab.progress(ANOTHER).waiting == 4


def test_a_cell_whose_run_is_here_already_takes_it_instead_of_another(lab: Lab):
    """It was found before the cell came back, as with a value that is added once more."""
    of = first(lab)
    run_id = found_at_the_api(lab, of, cell=None, created_by="elsewhere")
    assert cell(lab).state is CellState.WAITING

    assert lab.send_cell(of, run_id=run_id) == run_id

    assert (cell(lab).state, cell(lab).run_id) == (CellState.SENT, run_id)
    assert lab.records.count_open_runs() == 0
    with pytest.raises(CellTaken):
        lab.send_cell(of, run_id=run_id)


def test_a_paused_experiment_takes_no_run_that_is_here_already(lab: Lab):
    of = first(lab)
    run_id = found_at_the_api(lab, of, cell=None, created_by="elsewhere")
    lab.experiments.pause(X)

    with pytest.raises(CellTaken):
        lab.send_cell(of, run_id=run_id)

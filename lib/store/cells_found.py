"""Runs of cells that this ledger has forgotten, with a backup that was put back, and found again."""

from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.cell_runs import OfCell, cell_of, ids_of_time, time_of
from lib.domain.experiment_progress import REUSED, CellState
from lib.store import schema
from lib.store.experiment_entries import note_run
from lib.store.experiments import CAN_BE_BOUGHT_AGAIN
from lib.store.schema_experiments import experiment, experiment_cell

cell = experiment_cell.c


@dataclass(frozen=True, slots=True)
class MadeFor:
    """What a run was made for: a cell, of an experiment of `created_by`."""

    cell: OfCell
    created_by: str


def cell_made_for(db: sa.Connection, origin: str, run_id: str | None) -> MadeFor | None:
    """The cell whose run, of whichever attempt, has this id; the run need not be here."""
    at = time_of(run_id)
    if run_id is None or at is None:
        return None
    first, last = ids_of_time(at)
    of_that_time = experiment.c.id.between(first, last) & (experiment.c.origin == origin)
    for found in db.execute(
        sa.select(experiment.c.id, experiment.c.created_by).where(of_that_time)
    ):
        rows = db.execute(sa.select(cell.key, cell.attempt).where(cell.experiment_id == found.id))
        of = cell_of(run_id, [OfCell(found.id, row.key, row.attempt) for row in rows])
        if of is not None:
            return MadeFor(of, found.created_by)
    return None


def give_to_cell(db: sa.Connection, of: OfCell, run_id: str) -> None:
    """The cell was sent with this run, unless it has a later one, or one that came to an end."""
    if not note_run(db, of, run_id):
        return
    ended_badly = sa.exists().where(
        schema.run.c.id == cell.run_id, schema.run.c.state.in_(CAN_BE_BOUGHT_AGAIN)
    )
    was_not_sent = (cell.state != CellState.SENT) & (cell.attempt <= of.attempt)
    was_retried = cell.attempt.between(REUSED + 1, of.attempt - 1) & ended_badly
    db.execute(
        experiment_cell.update()
        .where(cell.experiment_id == of.experiment_id, cell.key == of.key)
        .where(was_not_sent | was_retried)
        .values(state=CellState.SENT, attempt=of.attempt, run_id=run_id)
    )

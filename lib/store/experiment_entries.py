"""What is put into an experiment: its cells with what each is expected to cost; and their rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.already_made import Made
from lib.domain.cell_runs import OfCell
from lib.domain.experiment import Cell
from lib.domain.experiment_progress import REUSED, CellState, CellTaken, ExperimentState
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.run import Parent
from lib.store.entries import NewRun
from lib.store.schema import run
from lib.store.schema_experiments import experiment, experiment_cell, experiment_run


@dataclass(frozen=True, slots=True)
class Priced:
    """A cell, and its estimate in micro-dollars.

    `made`: its pictures are there already, so it costs nothing and `saved_micros` are saved.
    `parent_run_id`: the run that it finishes.
    """

    cell: Cell
    estimate_micros: int
    made: Made | None = None
    saved_micros: int = 0
    parent_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cell that waits to be sent: what it asks for, in whose name, and what it holds.

    `parent` is the run that it finishes, `labels` what its run is put under.
    """

    of: OfCell
    model_id: str
    created_by: str
    input: Mapping[str, Any]
    held_micros: int
    labels: LabelIds = NO_LABELS
    parent: Parent | None = None


@dataclass(frozen=True, slots=True)
class NewExperiment:
    """What a click on Start puts down, before anything is sent. `design` is its tree.

    `labels` is what all its runs are put under.
    """

    id: str
    origin: str
    name: str
    model_id: str
    created_by: str
    click_token: str
    design: Mapping[str, Any]
    cells: Sequence[Priced]
    cap_micros: int | None = None
    labels: LabelIds = NO_LABELS


@dataclass(frozen=True, slots=True)
class Claim:
    """Money that is to be held of budgets, as `refuse_over_budget` asks for it."""

    origin: str
    created_by: str
    experiment_id: str | None
    estimate_micros: int
    tag_ids: tuple[int, ...] = ()
    collection_ids: tuple[int, ...] = ()
    is_held: bool = False


def cell_rows(
    experiment_id: str, cells: Iterable[Priced], *, first_number: int
) -> list[dict[str, Any]]:
    """The rows of cells, in their order: they wait, or their pictures are there already."""
    return [
        {
            "experiment_id": experiment_id,
            "key": priced.cell.key,
            "number": first_number + nth,
            "varied": dict(priced.cell.varied),
            "repeat": priced.cell.repeat,
            "input": dict(priced.cell.input),
            "estimate_micros": priced.estimate_micros,
            "state": CellState.SENT if priced.made else CellState.WAITING,
            "attempt": REUSED if priced.made else 1,
            "run_id": priced.made.run_id if priced.made else None,
            "parent_run_id": priced.parent_run_id,
        }
        for nth, priced in enumerate(cells)
    ]


def take_cell(db: sa.Connection, new: NewRun) -> None:
    """Within the transaction that records a cell's run: the cell waits no more.

    Raises CellTaken, and with that nothing is recorded, when it did not wait, its experiment does
    not go on, or the run would cost more than the cell holds.
    """
    if new.cell is None:
        return
    of, cell = new.cell, experiment_cell.c
    goes_on = sa.exists().where(
        experiment.c.id == of.experiment_id, experiment.c.state == ExperimentState.GOING
    )
    done = db.execute(
        experiment_cell.update()
        .where(cell.experiment_id == of.experiment_id, cell.key == of.key, goes_on)
        .where(cell.state == CellState.WAITING, cell.attempt == of.attempt)
        .where(cell.estimate_micros >= new.estimate_micros)
        .values(state=CellState.SENT, run_id=new.id)
    )
    if not done.rowcount:
        raise CellTaken("Nothing was sent: this cell is not to be sent any more.")
    note_run(db, of, new.id)


def takes_known_run(db: sa.Connection, new: NewRun) -> bool:
    """Whether the run of a cell is here already, as an audit has found it: then it is the cell's.

    Raises CellTaken.
    """
    is_there = sa.exists().where(run.c.id == new.id, run.c.origin == new.origin)
    if new.cell is None or not db.scalar(sa.select(is_there)):
        return False
    take_cell(db, new)
    return True


def note_run(db: sa.Connection, of: OfCell, run_id: str) -> bool:
    """Note of which cell a run was made; False when that is on record."""
    made = experiment_run.c
    same_cell = (made.experiment_id == of.experiment_id) & (made.key == of.key)
    known = sa.exists().where((made.run_id == run_id) | (same_cell & (made.attempt == of.attempt)))
    if db.scalar(sa.select(known)):
        return False
    values = {"run_id": run_id, "experiment_id": of.experiment_id}
    db.execute(experiment_run.insert().values(**values, key=of.key, attempt=of.attempt))
    return True

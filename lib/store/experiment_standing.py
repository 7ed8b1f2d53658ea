"""Where experiments stand: how many cells where, and their money, as sums of rows."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.experiment_progress import CellState, Progress
from lib.domain.run import OPEN, RunState
from lib.store import schema
from lib.store.schema_experiments import IS_WAITING, experiment_cell, experiment_run

run, cell = schema.run.c, experiment_cell.c


def progress_of(db: sa.Connection, ids: Sequence[str]) -> dict[str, Progress]:
    """The progress of each of these experiments."""
    numbers = _numbers(db, ids)
    money = _money(db, ids)
    return {one: Progress(**numbers.get(one, {}), **money.get(one, {})) for one in ids}


def _numbers(db: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    def count(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(*where)

    sent = cell.state == CellState.SENT
    query = (
        sa.select(
            cell.experiment_id,
            sa.func.count().label("cells"),
            count(cell.state == CellState.WAITING).label("waiting"),
            count(cell.state == CellState.DROPPED).label("dropped"),
            count(sent, run.state.in_(OPEN)).label("open"),
            count(sent, run.state == RunState.STORED).label("stored"),
            count(sent, run.state.not_in((*OPEN, RunState.STORED))).label("failed"),
        )
        .outerjoin(schema.run, run.id == cell.run_id)
        .where(cell.experiment_id.in_(ids))
        .group_by(cell.experiment_id)
    )
    return {row["experiment_id"]: _without_id(row) for row in db.execute(query).mappings()}


def _money(db: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Of all runs that the experiments have made, and of the cells that still wait."""
    unknown = run.cost_micros.is_(None)
    of = experiment_run.c.experiment_id
    query = (
        sa.select(
            of,
            sa.func.sum(run.cost_micros).label("spent_micros"),
            sa.func.sum(run.estimate_micros).filter(unknown, run.state.in_(OPEN)).label("held"),
            sa.func.sum(run.estimate_micros)
            .filter(unknown, run.state.not_in(OPEN))
            .label("in_doubt_micros"),
        )
        .join(schema.run, run.id == experiment_run.c.run_id)
        .where(of.in_(ids))
        .group_by(of)
    )
    held = (
        sa.select(cell.experiment_id, sa.func.sum(cell.estimate_micros))
        .where(cell.experiment_id.in_(ids), IS_WAITING)
        .group_by(cell.experiment_id)
    )
    waiting = {row[0]: row[1] for row in db.execute(held)}
    runs = {row.experiment_id: row for row in db.execute(query)}
    return {one: _sums(runs.get(one), int(waiting.get(one) or 0)) for one in ids}


def _sums(row: Any, waiting: int) -> dict[str, int]:
    if row is None:
        return {"held_micros": waiting}
    return {
        "spent_micros": int(row.spent_micros or 0),
        "held_micros": waiting + int(row.held or 0),
        "in_doubt_micros": int(row.in_doubt_micros or 0),
    }


def _without_id(row: Any) -> dict[str, int]:
    return {name: int(value) for name, value in row.items() if name != "experiment_id"}

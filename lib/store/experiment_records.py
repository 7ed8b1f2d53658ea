"""Reading experiments back: where they stand, their cells, and whose turn it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.cell_runs import OfCell
from lib.domain.experiment_progress import (
    CellNow,
    CellState,
    Experiment,
    ExperimentState,
    Progress,
)
from lib.domain.experiment_sight import Sight
from lib.domain.experiment_tree import design_of
from lib.domain.experiment_turns import Turn
from lib.domain.run import OPEN, Parent, ParentKind, RunState
from lib.store import schema, schema_history
from lib.store.experiment_entries import Waiting
from lib.store.experiment_labels import labels_of
from lib.store.experiment_sights import sights_of
from lib.store.experiment_standing import progress_of
from lib.store.experiment_use import runs_of
from lib.store.restored import PAUSED as RESTORED
from lib.store.schema_experiments import IS_WAITING, experiment, experiment_cell, experiment_run

run, cell, index = schema.run.c, experiment_cell.c, schema_history.run_index.c
IS_OPEN = sa.text(schema.one_of("run.state", OPEN))
CELL_WAITS = sa.text("experiment_cell." + IS_WAITING.text)
LATELY = 300
"""So many runs say how long one takes."""
TURNED_AWAY = (401, 402, 403)
"""The key or the credit is no good: every other cell would be refused as well."""


class ExperimentRecords:
    """Reads the experiments of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def find(self, experiment_id: str) -> Experiment | None:
        """One experiment; None when there is none of that id."""
        found = self._experiments(experiment.c.id == experiment_id)
        return found[0] if found else None

    def of_run(self, run_id: str) -> Experiment | None:
        """The experiment that a run was made for."""
        made_for = sa.select(experiment_run.c.experiment_id)
        made_for = made_for.where(experiment_run.c.run_id == run_id)
        found = self._experiments(experiment.c.id.in_(made_for))
        return found[0] if found else None

    def recent(self, limit: int) -> list[Experiment]:
        """The newest, newest first."""
        return self._experiments(sa.true(), limit)

    def cells(self, experiment_id: str) -> list[CellNow]:
        """Its cells in their order, with the latest run of each and its first picture."""
        picture = schema.picture.c
        sha256 = (
            sa.select(picture.sha256)
            .where(picture.run_id == run.id, picture.problem.is_(None), picture.freed_at.is_(None))
            .order_by(picture.number)
            .limit(1)
            .scalar_subquery()
        )
        chosen = (*(cell[name] for name in CELL_COLUMNS), run.state.label("run_state"))
        query = (
            sa.select(*chosen, run.cost_micros, run.failure_message, sha256.label("sha256"))
            .outerjoin(schema.run, run.id == cell.run_id)
            .where(cell.experiment_id == experiment_id)
            .order_by(cell.number)
        )
        with self._engine.connect() as db:
            return [_cell(row) for row in db.execute(query)]

    def sights(self, experiment_id: str) -> dict[str, Sight]:
        """What is to be seen of its cells that have a run, by key."""
        return sights_of(self._engine, experiment_id)

    def inputs(
        self, experiment_id: str, states: Sequence[CellState] = (CellState.WAITING,)
    ) -> dict[str, Mapping[str, Any]]:
        """What its cells in these states ask for, by key."""
        query = sa.select(cell.key, cell.input)
        query = query.where(cell.experiment_id == experiment_id, cell.state.in_(states))
        with self._engine.connect() as db:
            return {row.key: row.input for row in db.execute(query)}

    def queued_runs(self, experiment_id: str) -> list[str]:
        """The runs of it that were not sent yet."""
        query = sa.select(run.id).where(run.id.in_(runs_of(experiment_id)))
        with self._engine.connect() as db:
            return list(db.scalars(query.where(run.state == RunState.QUEUED)))

    # -- sending ---------------------------------------------------------------------------------

    def turns(self) -> list[Turn]:
        """The experiments that go on and have cells that wait."""
        waits = sa.exists().where(cell.experiment_id == experiment.c.id, CELL_WAITS)
        of = experiment_run.c.experiment_id == experiment.c.id
        made = sa.select(sa.func.max(run.created_at)).join(
            experiment_run, experiment_run.c.run_id == run.id
        )
        last = made.where(of).scalar_subquery()
        going = (
            sa.select(experiment.c.id, experiment.c.created_by, last.label("last"))
            .where(experiment.c.origin == self._origin, waits)
            .where(experiment.c.state == ExperimentState.GOING)
        )
        open_cells = (
            sa.select(experiment_run.c.experiment_id, sa.func.count())
            .join(schema.run, run.id == experiment_run.c.run_id)
            .where(IS_OPEN)
            .group_by(experiment_run.c.experiment_id)
        )
        with self._engine.connect() as db:
            rows = db.execute(going).all()
            counts = {row[0]: row[1] for row in db.execute(open_cells)} if rows else {}
        return [Turn(row.id, row.created_by, counts.get(row.id, 0), row.last or 0) for row in rows]

    def came_back(self) -> list[str]:
        """The experiments that wait since they came back with a backup."""
        paused = experiment.c.state == ExperimentState.PAUSED
        query = sa.select(experiment.c.id).where(paused, experiment.c.origin == self._origin)
        with self._engine.connect() as db:
            return list(db.scalars(query.where(experiment.c.reason == RESTORED)))

    def count_open_runs(self) -> int:
        """All runs of this origin that are still going on, single clicks too."""
        query = sa.select(sa.func.count()).select_from(schema.run)
        query = query.where(IS_OPEN, run.origin == self._origin, run.adopted_at.is_(None))
        with self._engine.connect() as db:
            return db.scalar(query) or 0

    def next_cell(self, experiment_id: str) -> Waiting | None:
        """The first cell that waits."""
        made = (experiment.c.model_id, experiment.c.created_by, cell.parent_run_id)
        query = (
            sa.select(cell.key, cell.attempt, cell.input, cell.estimate_micros, *made)
            .join(experiment, experiment.c.id == cell.experiment_id)
            .where(cell.experiment_id == experiment_id, CELL_WAITS)
            .order_by(cell.number)
            .limit(1)
        )
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
            labels = labels_of(db, experiment_id)
        if row is None:
            return None
        of, finishes = OfCell(experiment_id, row.key, row.attempt), row.parent_run_id
        parent = Parent(finishes, ParentKind.EXPERIMENT_CELL) if finishes else None
        asked = (row.model_id, row.created_by, row.input, row.estimate_micros)
        return Waiting(of, *asked, labels=labels, parent=parent)

    def turned_away(self, experiment_id: str) -> str | None:
        """Why the API takes no run at all, said to one made since the experiment goes on."""
        since = sa.select(experiment.c.state_at).where(experiment.c.id == experiment_id)
        query = (
            sa.select(run.failure_message)
            .where(run.id.in_(runs_of(experiment_id)), run.state == RunState.FAILED)
            .where(run.http_status.in_(TURNED_AWAY), run.created_at >= since.scalar_subquery())
            .limit(1)
        )
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        return None if row is None else str(row.failure_message or "no reason given")

    def durations_ms(self) -> dict[str, float]:
        """How long runs took lately, on average, by resolution."""
        lately = (
            sa.select(index.resolution, index.duration_key)
            .where(index.origin == self._origin, index.place == schema_history.Place.SHOWN)
            .where(index.duration_key > 0, index.state == RunState.STORED)
            .order_by(index.created_at.desc())
            .limit(LATELY)
            .subquery()
        )
        query = sa.select(lately.c.resolution, sa.func.avg(lately.c.duration_key))
        with self._engine.connect() as db:
            rows = db.execute(query.group_by(lately.c.resolution)).all()
        return {resolution: float(average) for resolution, average in rows}

    # -- pieces ----------------------------------------------------------------------------------

    def _experiments(
        self, where: sa.ColumnElement[bool], limit: int | None = None
    ) -> list[Experiment]:
        query = (
            sa.select(experiment)
            .where(experiment.c.origin == self._origin, where)
            .order_by(experiment.c.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            rows = db.execute(query).all()
            progress = progress_of(db, [row.id for row in rows])
        return [_experiment(row, progress[row.id]) for row in rows]


CELL_COLUMNS = (
    "key",
    "number",
    "varied",
    "repeat",
    "state",
    "estimate_micros",
    "attempt",
    "run_id",
)


def _experiment(row: Any, progress: Progress) -> Experiment:
    return Experiment(
        id=row.id,
        origin=row.origin,
        created_by=row.created_by,
        created_at=row.created_at,
        design=design_of(row.design),
        state=ExperimentState(row.state),
        state_at=row.state_at,
        progress=progress,
        reason=row.reason,
    )


def _cell(row: Any) -> CellNow:
    return CellNow(
        key=row.key,
        number=row.number,
        varied=row.varied,
        repeat=row.repeat,
        state=CellState(row.state),
        estimate_micros=row.estimate_micros,
        attempt=row.attempt,
        run_id=row.run_id,
        run_state=RunState(row.run_state) if row.run_state else None,
        cost_micros=row.cost_micros,
        failure=row.failure_message,
        sha256=row.sha256,
    )

"""What else is still to be run: the cells of experiments that go on."""

from collections import Counter

import sqlalchemy as sa

from lib.domain.experiment_progress import ExperimentState
from lib.domain.experiment_queue import Queue
from lib.domain.run import OPEN
from lib.store import schema
from lib.store.schema_experiments import IS_WAITING, experiment, experiment_cell, experiment_run

IS_OPEN = sa.text(schema.one_of("run.state", OPEN))


def queues(engine: sa.Engine, origin: str) -> list[Queue]:
    """The experiments that go on, with how many cells of each wait or are under way."""
    of = experiment_run.c.experiment_id
    under_way = (
        sa.select(of, sa.func.count())
        .join(schema.run, schema.run.c.id == experiment_run.c.run_id)
        .where(IS_OPEN)
        .group_by(of)
    )
    waiting = (
        sa.select(experiment_cell.c.experiment_id, sa.func.count())
        .where(IS_WAITING)
        .group_by(experiment_cell.c.experiment_id)
    )
    with engine.connect() as db:
        cells = Counter({row[0]: row[1] for row in db.execute(under_way)})
        cells.update({row[0]: row[1] for row in db.execute(waiting)})
        rows = db.execute(
            sa.select(experiment.c.id, experiment.c.created_by)
            .where(experiment.c.origin == origin, experiment.c.id.in_(list(cells)))
            .where(experiment.c.state == ExperimentState.GOING)
        ).all()
    return [Queue(row.id, row.created_by, cells[row.id]) for row in rows]

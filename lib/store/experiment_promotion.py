"""Reading what can be finished at a higher resolution, and what finishes what."""

import sqlalchemy as sa

from lib.domain.experiment_progress import CellState
from lib.domain.experiment_promotion import Chosen
from lib.domain.run import RunState
from lib.store import schema, schema_history
from lib.store.schema_experiments import experiment, experiment_cell

run, cell, index = schema.run.c, experiment_cell.c, schema_history.run_index.c


class PromotionRecords:
    """Reads the experiments of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def cells(self, experiment_id: str) -> list[Chosen]:
        """The cells of an experiment in their order, each with its latest run; none of another's."""
        of_cell = (cell.key, cell.number, cell.varied, cell.repeat, cell.input, cell.state)
        query = (
            sa.select(*of_cell, cell.run_id, run.state.label("run_state"), run.seed_used)
            .add_columns(index.rating, run.deleted_at)
            .join(experiment, experiment.c.id == cell.experiment_id)
            .outerjoin(schema.run, run.id == cell.run_id)
            .outerjoin(schema_history.run_index, index.run_id == cell.run_id)
            .where(cell.experiment_id == experiment_id, experiment.c.origin == self._origin)
            .order_by(cell.number)
        )
        with self._engine.connect() as db:
            rows = db.execute(query).all()
        return [
            Chosen(
                *(row.key, row.varied, row.repeat, row.input, row.run_id, row.seed_used),
                number=row.number,
                rating=row.rating or 0,
                is_done=row.state == CellState.SENT
                and row.run_state == RunState.STORED
                and row.deleted_at is None,
            )
            for row in rows
        ]

    def finishing(self, experiment_id: str) -> list[str]:
        """The ids of the experiments that finish this one, oldest first."""
        query = sa.select(experiment.c.id).where(
            experiment.c.parent_id == experiment_id, experiment.c.origin == self._origin
        )
        with self._engine.connect() as db:
            return list(db.scalars(query.order_by(experiment.c.id)))

"""Reading what can be judged of an experiment: cells whose picture is here and not in the bin."""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.experiment_judged import JudgedCell
from lib.domain.run import prompt_of
from lib.store import schema
from lib.store.schema_experiments import experiment, experiment_cell
from lib.store.schema_history import Place, run_index

cell, index, picture = experiment_cell.c, run_index.c, schema.picture.c


class JudgedCells:
    """The cells of one `origin` that have a picture."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def of(self, experiment_id: str) -> list[JudgedCell]:
        """In the experiment's order, each with its first picture."""
        sha256 = (
            sa.select(picture.sha256)
            .where(picture.run_id == cell.run_id)
            .where(picture.problem.is_(None), picture.freed_at.is_(None))
            .order_by(picture.number)
            .limit(1)
            .scalar_subquery()
        )
        query = (
            sa.select(cell.key, cell.number, cell.varied, cell.repeat, sha256.label("sha256"))
            .add_columns(index.rating, index.nsfw_detected)
            .join(run_index, index.run_id == cell.run_id)
            .join(experiment, experiment.c.id == cell.experiment_id)
            .where(cell.experiment_id == experiment_id, experiment.c.origin == self._origin)
            .where(index.place == Place.SHOWN)
            .order_by(cell.number)
        )
        with self._engine.connect() as db:
            rows = db.execute(query).all()
        return [
            JudgedCell(
                *(row.key, row.number, row.sha256, row.rating, row.nsfw_detected == "true"),
                *(row.varied, row.repeat),
            )
            for row in rows
            if row.sha256
        ]

    def prompts(self, experiment_id: str, keys: Sequence[str]) -> dict[str, str]:
        """The prompts of these cells."""
        query = sa.select(cell.key, cell.input)
        query = query.where(cell.experiment_id == experiment_id, cell.key.in_(keys))
        with self._engine.connect() as db:
            return {row.key: prompt_of(row.input) for row in db.execute(query)}

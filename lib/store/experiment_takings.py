"""What an experiment has cost, as it is taken away: by cell with all its attempts, and by SKU."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.experiment_use import runs_of
from lib.store.schema_charges import charge_line
from lib.store.schema_experiments import experiment_run
from lib.store.taken_lines import TakenLine, lines_where

run, made, line = schema.run.c, experiment_run.c, charge_line.c


@dataclass(frozen=True, slots=True)
class ChargedFor:
    """What the runs of an experiment were charged for one SKU. Micro-dollars."""

    sku: str
    quantity: int
    amount_micros: int


class ExperimentTakings:
    """Reads the costs of experiments. What they used again of others is not among them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def spent_by_cell(self, experiment_id: str) -> dict[str, int]:
        """By the key of each cell that was sent: the known costs of all its attempts, micro-dollars."""
        query = (
            sa.select(made.key, sa.func.coalesce(sa.func.sum(run.cost_micros), 0))
            .join(schema.run, run.id == made.run_id)
            .where(made.experiment_id == experiment_id)
            .group_by(made.key)
        )
        with self._engine.connect() as db:
            return {key: int(spent) for key, spent in db.execute(query)}

    def count_lines(self, experiment_id: str) -> int:
        """How many charge lines its runs have."""
        query = sa.select(sa.func.count()).where(line.run_id.in_(runs_of(experiment_id)))
        with self._engine.connect() as db:
            return int(db.scalar(query) or 0)

    def lines(self, experiment_id: str) -> Iterator[list[TakenLine]]:
        """The charge lines of its runs, in the order they were written, a batch at a time."""
        return lines_where(self._engine, line.run_id.in_(runs_of(experiment_id)))

    def charged_for(self, experiment_id: str) -> list[ChargedFor]:
        """The charge lines of its runs, summed by SKU, the dearest first; none in doubt."""
        amount = sa.func.sum(line.amount_micros)
        query = (
            sa.select(line.sku, sa.func.sum(line.quantity), amount)
            .where(line.run_id.in_(runs_of(experiment_id)), line.basis != CostBasis.IN_DOUBT)
            .group_by(line.sku)
            .order_by(amount.desc(), line.sku)
        )
        with self._engine.connect() as db:
            return [
                ChargedFor(sku, int(many), int(spent)) for sku, many, spent in db.execute(query)
            ]

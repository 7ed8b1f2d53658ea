"""What people's last minutes cost, and what their quarters of an hour usually do."""

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.schema_charges import charge_rollup

rollup = charge_rollup.c


class Quarters:
    """Reads the spend of one `origin` by person."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def since(self, from_ms: int) -> dict[str, int]:
        """What the runs clicked since then cost, or will: unknown costs count by their estimate."""
        run = schema.run.c
        amount = sa.func.sum(sa.func.coalesce(run.cost_micros, run.estimate_micros))
        query = (
            sa.select(run.created_by, amount)
            .where(run.origin == self._origin, run.created_at >= from_ms)
            .group_by(run.created_by)
        )
        with self._engine.connect() as db:
            return {person: int(micros) for person, micros in db.execute(query)}

    def of_person(self, person: str, from_ms: int, to_ms: int) -> list[int]:
        """Each quarter of an hour of a span that cost something."""
        amount = sa.func.sum(rollup.amount_micros)
        query = (
            sa.select(amount)
            .where(rollup.origin == self._origin, rollup.slot >= from_ms, rollup.slot < to_ms)
            .where(rollup.created_by == person, rollup.basis != CostBasis.IN_DOUBT)
            .group_by(rollup.slot)
            .having(amount > 0)
        )
        with self._engine.connect() as db:
            return [int(micros) for micros in db.scalars(query)]

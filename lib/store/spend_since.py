"""What was spent since a moment, and what is held of it."""

from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.run import OPEN
from lib.store import schema


@dataclass(frozen=True, slots=True)
class SpentAndHeld:
    """Known costs, and the estimates of open runs, in micro-dollars."""

    spent_micros: int
    held_micros: int


class SpendSince:
    """Reads the runs of one `origin`, by the time of the click."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def since(self, from_ms: int) -> SpentAndHeld:
        """What the runs clicked since then have cost, and what the open ones of them hold."""
        run = schema.run.c
        is_open = sa.and_(run.cost_micros.is_(None), run.state.in_(OPEN))
        query = sa.select(
            sa.func.sum(run.cost_micros),
            sa.func.sum(run.estimate_micros).filter(is_open),
        ).where(run.origin == self._origin, run.created_at >= from_ms)
        with self._engine.connect() as db:
            spent, held = db.execute(query).one()
        return SpentAndHeld(int(spent or 0), int(held or 0))

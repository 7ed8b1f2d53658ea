"""What was spent day by day, by person and SKU, from the roll-ups; and what the last days hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from lib.domain.run import OPEN, CostBasis
from lib.store import schema
from lib.store.schema_charges import charge_rollup

rollup = charge_rollup.c


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One person's spend on one SKU on one day; `day` is its place among the days asked for."""

    day: int
    created_by: str
    sku: str
    amount_micros: int


@dataclass(frozen=True, slots=True)
class SpentAndHeld:
    """Known costs, and the estimates of open runs, in micro-dollars."""

    spent_micros: int
    held_micros: int


class DailySpend:
    """Reads the spend of one `origin`, by the time of the click."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def by_day(self, edges: Sequence[int]) -> list[DaySpend]:
        """The known spend between each two neighbouring `edges`: days as ms UTC, rising."""
        if len(edges) < 2:
            return []
        spans = [(day, *span) for day, span in enumerate(pairwise(edges))]
        day = sa.values(
            sa.column("day", sa.Integer),
            sa.column("from_ms", sa.BigInteger),
            sa.column("to_ms", sa.BigInteger),
            name="days",
        )
        days = day.data(spans).cte("days").c
        query = (
            sa.select(days.day, rollup.created_by, rollup.sku)
            .add_columns(sa.func.sum(rollup.amount_micros))
            .join_from(
                days.day.table,
                charge_rollup,
                sa.and_(
                    rollup.origin == self._origin,
                    rollup.slot >= days.from_ms,
                    rollup.slot < days.to_ms,
                ),
            )
            .where(rollup.basis != CostBasis.IN_DOUBT)
            .group_by(days.day, rollup.created_by, rollup.sku)
        )
        with self._engine.connect() as db:
            return [DaySpend(row[0], row[1], row[2], int(row[3])) for row in db.execute(query)]

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

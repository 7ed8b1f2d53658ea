"""What the charge lines of one `origin` say about prices."""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.charges import ADJUSTMENT
from lib.domain.price_lessons import Drift, Evidence
from lib.domain.run import CostBasis, RunState
from lib.store import schema
from lib.store.schema_charges import LineKind, charge_line, charge_rollup

line = charge_line.c
other = charge_line.alias("other")
STANDS = sa.and_(
    line.kind == LineKind.CHARGE,
    line.revision
    == sa.select(sa.func.max(other.c.revision))
    .where(other.c.run_id == line.run_id)
    .scalar_subquery(),
)
"""A charge that was not reversed."""
ADJUSTED = (
    sa.exists()
    .where(other.c.run_id == line.run_id, other.c.sku == ADJUSTMENT)
    .where(other.c.revision == line.revision, other.c.kind == LineKind.CHARGE)
)


class PriceEvidence:
    """Reads what was charged, by SKU."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def newest(self, sku: str, limit: int) -> Sequence[Evidence]:
        """The last runs of a SKU that delivered and whose cost the API has confirmed."""
        query = (
            sa.select(line.unit_micros, sa.not_(ADJUSTED).label("agrees"))
            .where(line.origin == self._origin, line.sku == sku, STANDS)
            .where(line.basis == CostBasis.CONFIRMED, line.outcome == RunState.STORED)
            .order_by(line.clicked_at.desc(), line.seq.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            return [Evidence(row.unit_micros, bool(row.agrees)) for row in db.execute(query)]

    def drifts(self, *, since: int, limit: int) -> list[Drift]:
        """The runs clicked since then (ms UTC) whose cost is not the book's, the newest first."""
        run = schema.run.c
        query = (
            sa.select(line.run_id, line.clicked_at, run.cost_micros, line.amount_micros)
            .join(schema.run, run.id == line.run_id)
            .where(line.origin == self._origin, line.sku == ADJUSTMENT, STANDS)
            .where(line.clicked_at >= since)
            .order_by(line.clicked_at.desc(), line.seq.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            return [Drift(*row) for row in db.execute(query)]

    def charged(self, model_id: str, *, since: int) -> dict[str, tuple[int, int]]:
        """Quantity and amount (micro-dollars) by SKU of what is known to be charged since then."""
        sums = charge_rollup.c
        query = (
            sa.select(sums.sku, sa.func.sum(sums.quantity), sa.func.sum(sums.amount_micros))
            .where(sums.origin == self._origin, sums.slot >= since, sums.model_id == model_id)
            .where(sums.basis != CostBasis.IN_DOUBT)
            .group_by(sums.sku)
        )
        with self._engine.connect() as db:
            return {sku: (int(count), int(amount)) for sku, count, amount in db.execute(query)}

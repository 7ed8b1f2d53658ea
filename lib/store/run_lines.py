"""The charge lines of one run, with all that was reversed."""

from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store.schema_charges import LineKind, charge_line

line = charge_line.c


@dataclass(frozen=True, slots=True)
class RunLine:
    """A charge line; micro-dollars, ms UTC. It corrects a closed month where `corrects` is true."""

    seq: int
    revision: int
    kind: LineKind
    sku: str
    quantity: int
    unit_micros: int
    amount_micros: int
    basis: CostBasis
    clicked_at: int
    counts_at: int
    charged_at: int

    @property
    def corrects(self) -> bool:
        return self.counts_at != self.clicked_at


class RunLines:
    """Reads the charge lines of runs."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, run_id: str) -> list[RunLine]:
        """The lines of a run, in the order they were written."""
        columns = [line[name] for name in RunLine.__dataclass_fields__]
        query = sa.select(*columns).where(line.run_id == run_id).order_by(line.seq)
        with self._engine.connect() as db:
            return [
                RunLine(
                    **{
                        **row._mapping,
                        "kind": LineKind(row.kind),
                        "basis": CostBasis(row.basis),
                    }
                )
                for row in db.execute(query)
            ]

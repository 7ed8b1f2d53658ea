"""What the spend of a span was charged for: by version of the prices and SKU."""

from typing import Any

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.domain.what_if import Charged
from lib.store.schema_attention import IS_KEPT
from lib.store.schema_charges import charge_line
from lib.store.schema_history import run_index
from lib.store.tables_charges import skus

line = charge_line.c


class WhatWasCharged:
    """Reads the charge lines of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def between(self, from_ms: int, to_ms: int, *, tell_kept: bool = False) -> list[Charged]:
        """The lines that count in a span, summed. `tell_kept`: apart by whether they were kept."""
        parts: list[sa.ColumnElement[Any]] = [line.price_version, line.model_id, line.sku]
        sums = (sa.func.sum(line.quantity), sa.func.sum(line.amount_micros))
        query = sa.select(*parts, *sums).where(
            line.origin == self._origin,
            line.sku.in_(skus(self._origin)),
            line.counts_at >= from_ms,
            line.counts_at < to_ms,
            line.basis != CostBasis.IN_DOUBT,
        )
        if tell_kept:
            parts = [*parts, IS_KEPT]
            query = query.add_columns(IS_KEPT.label("is_kept")).join(
                run_index, run_index.c.run_id == line.run_id
            )
        with self._engine.connect() as db:
            return [
                Charged(*row[:3], int(row[3]), int(row[4]), bool(tell_kept and row[5]))
                for row in db.execute(query.group_by(*parts))
            ]

"""Reads of the charge lines and their roll-ups, for the reports of costs."""

from typing import Any

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.schema_charges import charge_line, charge_rollup

PARTS = ("created_by", "model_id", "resolution", "sku")
"""What spend is grouped by."""
line, rollup = charge_line.c, charge_rollup.c

Query = sa.Select[*tuple[Any, ...]]


def lines_query(*, origin: str, from_ms: int, to_ms: int) -> Query:
    """The sums of the lines of runs clicked in a span: all that is known, and what is confirmed."""
    confirmed = line.basis == CostBasis.CONFIRMED
    return (
        sa.select(
            sa.func.sum(line.amount_micros).label("line_micros"),
            sa.func.sum(line.amount_micros).filter(confirmed).label("confirmed_micros"),
        )
        .where(line.origin == origin, line.sku.in_(skus(origin)))
        .where(line.clicked_at >= from_ms, line.clicked_at < to_ms)
        .where(line.basis != CostBasis.IN_DOUBT)
    )


def skus(origin: str) -> sa.Select[tuple[str]]:
    """All SKUs of the lines, one seek each: in the index every SKU is a span of its own."""
    lowest = sa.select(sa.func.min(line.sku).label("sku")).where(line.origin == origin)
    found = lowest.cte("skus", recursive=True)
    other = charge_line.alias("other").c
    following = sa.select(sa.func.min(other.sku)).where(
        other.origin == origin, other.sku > found.c.sku
    )
    step = sa.select(following.scalar_subquery()).where(found.c.sku.is_not(None))
    return sa.select(found.union_all(step).c.sku)


def parts_query(*, origin: str, from_ms: int, to_ms: int) -> Query:
    """What is known to be charged, by the roll-ups, grouped by PARTS.

    The span begins and ends with a quarter of an hour, as days do in every zone.
    """
    names = [rollup[name] for name in PARTS]
    return (
        sa.select(
            *names,
            sa.func.sum(rollup.quantity).label("quantity"),
            sa.func.sum(rollup.amount_micros).label("amount_micros"),
        )
        .where(rollup.origin == origin, rollup.slot >= from_ms, rollup.slot < to_ms)
        .where(rollup.basis != CostBasis.IN_DOUBT)
        .group_by(*names)
    )


def odd_runs_query(*, origin: str, from_ms: int, to_ms: int, limit: int) -> Query:
    """The runs clicked in a span whose lines do not sum to their cost."""
    run = schema.run.c
    counted = (
        sa.select(sa.func.coalesce(sa.func.sum(line.amount_micros), 0))
        .where(line.run_id == run.id, line.basis != CostBasis.IN_DOUBT)
        .scalar_subquery()
    )
    return (
        sa.select(run.id, sa.func.coalesce(run.cost_micros, 0).label("cost_micros"))
        .add_columns(counted.label("line_micros"))
        .where(run.origin == origin, run.created_at >= from_ms, run.created_at < to_ms)
        .where(sa.func.coalesce(run.cost_micros, 0) != counted)
        .limit(limit)
    )

"""Reads of the charge lines themselves, for the reports of costs and the closing of months.

Each may be narrowed by further conditions: on the lines, or on the runs where runs are looked for.
"""

from typing import Any, TypedDict

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.schema_charges import IS_MOVED, charge_line

line = charge_line.c
AT = line.counts_at
"""When a line counts."""

Query = sa.Select[*tuple[Any, ...]]
Condition = sa.ColumnElement[bool]


class Within(TypedDict):
    """What counts of an origin in a span, ms UTC, half-open."""

    origin: str
    from_ms: int
    to_ms: int


def lines_query(*conditions: Condition, origin: str, from_ms: int, to_ms: int) -> Query:
    """The sums of the lines that count in a span: all that is known, and what is confirmed."""
    confirmed = line.basis == CostBasis.CONFIRMED
    return (
        sa.select(
            sa.func.sum(line.amount_micros).label("line_micros"),
            sa.func.sum(line.amount_micros).filter(confirmed).label("confirmed_micros"),
        )
        .where(line.origin == origin, line.sku.in_(skus(origin)))
        .where(*_within(AT, from_ms, to_ms))
        .where(line.basis != CostBasis.IN_DOUBT, *conditions)
    )


def corrections_query(*conditions: Condition, origin: str, from_ms: int, to_ms: int) -> Query:
    """What counts in a span of runs clicked in a closed month, less what of its runs counts later.

    So much the sum of a span's lines differs from the cost of the runs clicked in it.
    """
    here = sa.case((sa.and_(*_within(line.counts_at, from_ms, to_ms)), 1), else_=0)
    clicked_here = sa.case((sa.and_(*_within(line.clicked_at, from_ms, to_ms)), 1), else_=0)
    amount = line.amount_micros * (here - clicked_here)
    confirmed = line.basis == CostBasis.CONFIRMED
    return sa.select(
        sa.func.sum(amount).label("micros"),
        sa.func.sum(amount).filter(confirmed).label("confirmed_micros"),
    ).where(*_moved(origin), *conditions)


def _moved(origin: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (line.origin == origin, IS_MOVED, line.basis != CostBasis.IN_DOUBT)


def _within(
    moment: sa.ColumnElement[int], from_ms: int, to_ms: int
) -> tuple[sa.ColumnElement[bool], ...]:
    return (moment >= from_ms, moment < to_ms)


def origins() -> sa.Select[tuple[str]]:
    """All origins that the lines have, one seek each."""
    found = sa.select(sa.func.min(line.origin).label("origin")).cte("origins", recursive=True)
    other = charge_line.alias("other").c
    following = sa.select(sa.func.min(other.origin)).where(other.origin > found.c.origin)
    step = sa.select(following.scalar_subquery()).where(found.c.origin.is_not(None))
    every = found.union_all(step)
    return sa.select(every.c.origin).where(every.c.origin.is_not(None))


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


def odd_runs_query(
    *conditions: Condition, origin: str, from_ms: int, to_ms: int, limit: int
) -> Query:
    """The runs whose lines do not sum to their cost: of those clicked in a span or counting there."""
    run = schema.run.c
    moved_here = (
        sa.select(line.run_id)
        .where(line.origin == origin, IS_MOVED)
        .where(*_within(line.counts_at, from_ms, to_ms))
    )
    counted = (
        sa.select(sa.func.coalesce(sa.func.sum(line.amount_micros), 0))
        .where(line.run_id == run.id, line.basis != CostBasis.IN_DOUBT)
        .scalar_subquery()
    )
    return (
        sa.select(run.id, sa.func.coalesce(run.cost_micros, 0).label("cost_micros"))
        .add_columns(counted.label("line_micros"))
        .where(run.origin == origin, *conditions)
        .where(sa.and_(*_within(run.created_at, from_ms, to_ms)) | run.id.in_(moved_here))
        .where(sa.func.coalesce(run.cost_micros, 0) != counted)
        .limit(limit)
    )

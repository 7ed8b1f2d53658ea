"""Reads of the charge lines and their roll-ups, for the reports of costs."""

from typing import Any, TypedDict

import sqlalchemy as sa

from lib.domain.run import CostBasis
from lib.store import schema
from lib.store.schema_charges import IS_MOVED, charge_line, charge_rollup

PARTS = ("created_by", "model_id", "resolution", "sku")
"""What spend is grouped by."""
line, rollup = charge_line.c, charge_rollup.c

SLOT_MS = 15 * 60 * 1000
"""The coarsest span whose sums can be regrouped into the days of every time zone on earth."""

Query = sa.Select[*tuple[Any, ...]]


class Within(TypedDict):
    """What counts of an origin in a span, ms UTC, half-open."""

    origin: str
    from_ms: int
    to_ms: int


def lines_query(*, origin: str, from_ms: int, to_ms: int) -> Query:
    """The sums of the lines that count in a span: all that is known, and what is confirmed."""
    confirmed = line.basis == CostBasis.CONFIRMED
    return (
        sa.select(
            sa.func.sum(line.amount_micros).label("line_micros"),
            sa.func.sum(line.amount_micros).filter(confirmed).label("confirmed_micros"),
        )
        .where(line.origin == origin, line.sku.in_(skus(origin)))
        .where(*_within(line.counts_at, from_ms, to_ms))
        .where(line.basis != CostBasis.IN_DOUBT)
    )


def corrections_query(*, origin: str, from_ms: int, to_ms: int) -> Query:
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
    ).where(*_moved(origin))


def moved_slots_query(
    moment: sa.ColumnElement[int], sign: int, *, origin: str, from_ms: int, to_ms: int
) -> Query:
    """The moved lines by quarter of an hour of a moment within a span, with a sign."""
    slot = (moment - moment % SLOT_MS).label("slot")
    amount = sa.func.sum(line.amount_micros * sign).label("cost_micros")
    return (
        sa.select(slot, amount)
        .where(*_moved(origin), *_within(moment, from_ms, to_ms))
        .group_by(slot)
    )


def _moved(origin: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (line.origin == origin, IS_MOVED, line.basis != CostBasis.IN_DOUBT)


def _within(
    moment: sa.ColumnElement[int], from_ms: int, to_ms: int
) -> tuple[sa.ColumnElement[bool], ...]:
    return (moment >= from_ms, moment < to_ms)


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
        .where(run.origin == origin)
        .where(sa.and_(*_within(run.created_at, from_ms, to_ms)) | run.id.in_(moved_here))
        .where(sa.func.coalesce(run.cost_micros, 0) != counted)
        .limit(limit)
    )

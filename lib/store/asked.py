"""A question to the history as the store can answer it, and what of it SQL alone decides."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.days import span_ms
from lib.domain.history_query import HistoryQuery, Sort
from lib.store import schema_history
from lib.store.charged_runs import charged_for, made_for, with_basis

index = schema_history.run_index
SORT_KEYS = {
    Sort.NEWEST: index.c.created_at,
    Sort.OLDEST: index.c.created_at,
    Sort.COST: index.c.cost_key,
    Sort.DURATION: index.c.duration_key,
    Sort.RATING: index.c.rating,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and about what.

    `origin`: whose runs. `viewer`: who asks, since private collections are hers alone. `from_ms`
    and `to_ms` are the question's days, ms UTC, the second not included.
    """

    query: HistoryQuery
    origin: str
    viewer: str
    from_ms: int | None = None
    to_ms: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole history is asked for, or the whole bin."""
        return not self.query.is_filtered and self.from_ms is None and self.to_ms is None


def asked_of(query: HistoryQuery, *, origin: str, viewer: str, zone: ZoneInfo) -> Asked:
    """The question with its days as moments of a zone; moments of its own narrow them."""
    begins, ends = span_ms(query.created_from, query.created_to, zone)
    starts = [at for at in (begins, query.clicked_from_ms) if at is not None]
    stops = [at for at in (ends, query.clicked_to_ms) if at is not None]
    return Asked(query, origin, viewer, max(starts, default=None), min(stops, default=None))


def looked_up(name: str, values: tuple[str, ...], asked: Asked) -> sa.ColumnElement[bool]:
    """That a run has one of these values of a filter whose values are looked up."""
    if name == "sku":
        return index.c.run_id.in_(charged_for(values, asked.origin, asked.from_ms, asked.to_ms))
    if name == "experiment":
        return index.c.run_id.in_(made_for(values))
    if name == "cost_basis":
        return index.c.run_id.in_(with_basis(values, asked.origin, asked.from_ms, asked.to_ms))
    if name == "seed":
        return sa.or_(index.c.seed.in_(values), index.c.seed_used.in_(values))
    if name == "same_prompt_as":
        keys = sa.select(index.c.prompt_key).where(index.c.run_id.in_(values))
        return index.c.prompt_key.in_(keys)
    return index.c[name].in_(values)

"""A question to the history as conditions on `run_index`: who asks, of which account, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from lib.domain.history_filters import find_filter
from lib.domain.history_query import HistoryQuery, Sort
from lib.domain.organising import Sharing
from lib.domain.search_text import parse
from lib.store import schema_history
from lib.store.schema_history import Place
from lib.store.words import any_of, expression

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
    """A question as the store can answer it.

    `origin`: whose runs. `viewer`: who asks, since private collections are hers alone. `from_ms`
    and `to_ms` are the question's days, ms UTC, the second not included.
    """

    query: HistoryQuery
    origin: str
    viewer: str
    from_ms: int | None = None
    to_ms: int | None = None


def conditions(asked: Asked, *, without: str = "") -> Iterator[sa.ColumnElement[bool]]:
    """What a run of the answer fulfils; `without` leaves one filter out."""
    query = asked.query
    yield index.c.origin == asked.origin
    yield index.c.place == (Place.BIN if query.deleted else Place.SHOWN)
    yield from _ranges(asked)
    yield from _text(query.text)
    for name, values in query.filters:
        if name != without:
            yield condition_of(name, values, asked.viewer)


def condition_of(name: str, values: tuple[str, ...], viewer: str) -> sa.ColumnElement[bool]:
    """That a run has one of these values of a filter."""
    match name:
        case "rating":
            return index.c.rating.in_([int(value or 0) for value in values])
        case "seed":
            return sa.or_(index.c.seed.in_(values), index.c.seed_used.in_(values))
        case "same_prompt_as":
            keys = sa.select(index.c.prompt_key).where(index.c.run_id.in_(values))
            return index.c.prompt_key.in_(keys)
        case "tag":
            return index.c.no.in_(_tagged(values))
        case "collection":
            return index.c.no.in_(_collected(values, viewer))
        case _:
            find_filter(name)
            return index.c[name].in_(values)


def _ranges(asked: Asked) -> Iterator[sa.ColumnElement[bool]]:
    query = asked.query
    if query.cost_from_micros is not None:
        yield index.c.cost_key >= max(query.cost_from_micros, 0)
    if query.cost_to_micros is not None:
        yield index.c.cost_key.between(0, query.cost_to_micros)
    if asked.from_ms is not None:
        yield index.c.created_at >= asked.from_ms
    if asked.to_ms is not None:
        yield index.c.created_at < asked.to_ms


def _text(text: str) -> Iterator[sa.ColumnElement[bool]]:
    terms = parse(text)
    wanted = [term for term in terms if not term.minus]
    unwanted = [term for term in terms if term.minus]
    if wanted:
        yield index.c.no.in_(matches(expression(wanted)))
    if unwanted:
        yield index.c.no.not_in(matches(any_of(unwanted)))


def matches(asked: str) -> sa.Select[int]:
    """The numbers of the runs whose words match."""
    words = sa.table("run_words", sa.column("rowid"))
    return sa.select(words.c.rowid).where(sa.literal_column("run_words").op("MATCH")(asked))


def _tagged(names: tuple[str, ...]) -> sa.Select[int]:
    tag, run_tag = schema_history.tag, schema_history.run_tag
    return sa.select(run_tag.c.no).join(tag).where(tag.c.name.in_(names))


def _collected(ids: tuple[str, ...], viewer: str) -> sa.Select[int]:
    run_collection = schema_history.run_collection
    numbers = [int(text) for text in ids if text.isdecimal() and text.isascii() and len(text) < 19]
    return (
        sa.select(run_collection.c.no)
        .join(schema_history.collection)
        .where(schema_history.collection.c.id.in_(numbers), visible_to(viewer))
    )


def visible_to(viewer: str) -> sa.ColumnElement[bool]:
    """That a collection is the team's, or the viewer's own."""
    collection = schema_history.collection
    return sa.or_(collection.c.sharing == Sharing.TEAM, collection.c.created_by == viewer)

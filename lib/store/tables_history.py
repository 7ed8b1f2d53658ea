"""Reading the history: a page of runs, the counts beside each filter, the sums of a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lib.domain.history_filters import COUNTED, FilterKind
from lib.domain.history_query import Cursor, Sort
from lib.store import schema, schema_history
from lib.store.asked import SORT_KEYS, Asked, conditions, visible_to
from lib.store.words import index_pending

if TYPE_CHECKING:
    import pandas as pd

    from lib.store.tables_frames import Row

index = schema_history.run_index
COUNTED_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many; at least so many where it is not exact."""

    value: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class QueryTotals:
    """The runs of a question, and the sum of their known costs in micro-dollars."""

    runs: Count
    spend_micros: int


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """A part of the answer to a question, in its order, and the pictures of its runs.

    `places` has one cursor a run, right after it. `has_more`: the answer goes on in the direction
    that was asked for.
    """

    runs: pd.DataFrame
    pictures: pd.DataFrame
    places: tuple[Cursor, ...]
    has_more: bool


class HistoryTables:
    """Makes DataFrames of the history."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rows(self, asked: Asked, *, limit: int, cursor: Cursor | None = None) -> HistoryRows:
        """The `limit` runs after (or before) a place, or the first ones; in the question's order."""
        with self._reading(asked) as db:
            found = db.execute(_keys(asked, limit + 1, cursor)).all()
            places = [Cursor(int(key), int(no)) for key, no in found[:limit]]
            if cursor and cursor.backwards:
                places.reverse()
            runs = _runs(db, [place.no for place in places])
            pictures = _pictures(db, [str(row["id"]) for row in runs])
        from lib.store.tables_frames import frame
        from lib.store.tables_history_frames import PICTURE_DTYPES, history_frame

        return HistoryRows(
            history_frame(runs),
            frame(pictures, PICTURE_DTYPES),
            tuple(places),
            len(found) > limit,
        )

    def totals(self, asked: Asked) -> QueryTotals:
        """How many runs the answer has, and what they cost."""
        cost = sa.case((index.c.cost_key < 0, 0), else_=index.c.cost_key)
        query = sa.select(sa.func.count(), sa.func.sum(cost)).where(*conditions(asked))
        with self._reading(asked) as db:
            row = db.execute(query).one()
        return QueryTotals(Count(int(row[0])), int(row[1] or 0))

    def facets(self, asked: Asked) -> pd.DataFrame:
        """How many runs each value of each filter would give, its own filter left aside.

        Columns: FACET_DTYPES. Values that no run has are left out, except chosen ones.
        """
        rows: list[Mapping[str, Any]] = []
        with self._reading(asked) as db:
            for known in COUNTED:
                found = {value: (label, runs) for value, label, runs in _counts(db, asked, known)}
                for value in asked.query.chosen(known.name):
                    found.setdefault(value, (value, 0))
                rows.extend(
                    {
                        "filter": known.name,
                        "value": value,
                        "label": label,
                        "runs": runs,
                        "is_exact": True,
                        "is_chosen": value in asked.query.chosen(known.name),
                    }
                    for value, (label, runs) in found.items()
                )
        from lib.store.tables_frames import frame
        from lib.store.tables_history_frames import FACET_DTYPES

        return frame(rows, FACET_DTYPES)

    def ids(self, asked: Asked, *, limit: int, cursor: Cursor | None = None) -> list[str]:
        """The ids alone of such a part."""
        keys = _keys(asked, limit, cursor).subquery()
        query = sa.select(index.c.run_id).join(keys, keys.c.no == index.c.no)
        order = _order(asked.query.sort, bool(cursor and cursor.backwards))
        with self._reading(asked) as db:
            found = [str(run_id) for run_id in db.scalars(query.order_by(*order))]
        return found[::-1] if cursor and cursor.backwards else found

    def place_of(self, asked: Asked, run_id: str) -> Cursor | None:
        """The place right after a run in the order of a question, whether it answers it or not."""
        query = sa.select(SORT_KEYS[asked.query.sort], index.c.no).where(index.c.run_id == run_id)
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        return None if row is None else Cursor(int(row[0]), int(row[1]))

    @contextmanager
    def _reading(self, asked: Asked) -> Iterator[sa.Connection]:
        """One moment of the database, with all words in the index when it is asked for words."""
        if asked.query.text or asked.query.chosen("same_prompt_as"):
            index_pending(self._engine)
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN")
            else:
                db.execution_options(isolation_level="REPEATABLE READ")
            yield db


def _keys(asked: Asked, limit: int, cursor: Cursor | None) -> sa.Select[*tuple[Any, ...]]:
    sort = asked.query.sort
    backwards = bool(cursor and cursor.backwards)
    query = sa.select(SORT_KEYS[sort].label("key"), index.c.no).where(*conditions(asked))
    if cursor:
        place = sa.tuple_(SORT_KEYS[sort], index.c.no)
        there = sa.tuple_(sa.literal(cursor.key), sa.literal(cursor.no))
        query = query.where(place > there if _ascends(sort, backwards) else place < there)
    return query.order_by(*_order(sort, backwards)).limit(limit)


def _ascends(sort: Sort, backwards: bool) -> bool:
    return (sort is Sort.OLDEST) != backwards


def _order(sort: Sort, backwards: bool) -> list[sa.ColumnElement[Any]]:
    columns = (SORT_KEYS[sort], index.c.no)
    return [column.asc() if _ascends(sort, backwards) else column.desc() for column in columns]


def _runs(db: sa.Connection, numbers: Sequence[int]) -> list[Row]:
    """The runs of these numbers, in this order."""
    query = sa.select(*_columns()).join(schema.run, schema.run.c.id == index.c.run_id)
    query = query.join(
        schema_history.mark, schema_history.mark.c.run_id == index.c.run_id, isouter=True
    )
    found = db.execute(query.where(index.c.no.in_(numbers))).mappings()
    by_no: dict[int, Mapping[str, Any]] = {int(row["no"]): dict(row) for row in found}
    tags = _tags(db, numbers)
    return [{**by_no[no], "tags": tags.get(no, ())} for no in numbers if no in by_no]


def _columns() -> list[sa.ColumnElement[Any]]:
    from lib.store.tables_history_frames import PROMPT_LENGTH

    run, mark, picture = schema.run, schema_history.mark, schema.picture
    of_run = picture.c.run_id == run.c.id
    count = sa.select(sa.func.count()).where(of_run).scalar_subquery()
    first = (
        sa.select(picture.c.sha256)
        .where(of_run, picture.c.problem.is_(None))
        .order_by(picture.c.number)
        .limit(1)
        .scalar_subquery()
    )
    return [
        *(index.c.no, run.c.id, run.c.created_at, run.c.state, run.c.status),
        sa.func.substr(run.c.prompt, 1, PROMPT_LENGTH).label("prompt"),
        *(count.label("pictures"), first.label("thumbnail")),
        *(run.c.estimate_micros, run.c.cost_micros, run.c.cost_basis, run.c.duration_ms),
        *(run.c.nsfw_detected, run.c.failure_code, run.c.failure_message, run.c.note),
        *(run.c.created_by, run.c.model_id, run.c.seed_used, run.c.parent_id, run.c.parent_kind),
        *(run.c.deleted_at, run.c.decided_at, run.c.input),
        (index.c.favourite == "true").label("favourite"),
        sa.func.nullif(index.c.rating, 0).label("rating"),
        sa.func.nullif(mark.c.remark, "").label("remark"),
    ]


def _tags(db: sa.Connection, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    tag, run_tag = schema_history.tag, schema_history.run_tag
    query = (
        sa.select(run_tag.c.no, tag.c.name)
        .join(tag)
        .where(run_tag.c.no.in_(numbers))
        .order_by(tag.c.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for no, name in db.execute(query):
        found[no] = (*found.get(no, ()), name)
    return found


def _pictures(db: sa.Connection, run_ids: Sequence[str]) -> list[Row]:
    picture = schema.picture
    query = sa.select(picture).where(picture.c.run_id.in_(run_ids)).order_by(picture.c.number)
    place = {run_id: at for at, run_id in enumerate(run_ids)}
    found = db.execute(query).mappings()
    return sorted((dict(row) for row in found), key=lambda row: place[row["run_id"]])


def _counts(db: sa.Connection, asked: Asked, known: Any) -> list[tuple[str, str, int]]:
    count = sa.func.count()
    shown = conditions(asked, without=known.name)
    if known.kind is FilterKind.MARK:
        return _mark_counts(db, asked, known.name)
    value: sa.ColumnElement[Any] = index.c[known.name]
    rows = db.execute(sa.select(value, count).where(*shown).group_by(value)).all()
    texts = [("" if known.name == "rating" and not row[0] else str(row[0]), row[1]) for row in rows]
    return [(text, text, int(runs)) for text, runs in texts]


def _mark_counts(db: sa.Connection, asked: Asked, name: str) -> list[tuple[str, str, int]]:
    count = sa.func.count()
    shown = conditions(asked, without=name)
    if name == "tag":
        tag, run_tag = schema_history.tag, schema_history.run_tag
        query = sa.select(tag.c.name, tag.c.name, count).join(run_tag, run_tag.c.tag_id == tag.c.id)
        query = query.join(index, index.c.no == run_tag.c.no).where(*shown).group_by(tag.c.id)
    else:
        collection, run_collection = schema_history.collection, schema_history.run_collection
        query = sa.select(collection.c.id, collection.c.name, count)
        query = query.join(run_collection, run_collection.c.collection_id == collection.c.id)
        query = query.join(index, index.c.no == run_collection.c.no).where(
            *shown, visible_to(asked.viewer)
        )
        query = query.group_by(collection.c.id)
    return [(str(value), str(label), int(runs)) for value, label, runs in db.execute(query)]

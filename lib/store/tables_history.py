"""Reading the history: a page of runs, the counts beside each filter, the sums of a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lib.domain.errors import NotWritten
from lib.domain.history_query import Cursor, HistoryQuery
from lib.domain.organising import Marks
from lib.store import schema, schema_history
from lib.store.asked import SORT_KEYS, Asked
from lib.store.history_walk import whole_page
from lib.store.marks import marks_of
from lib.store.schema_history import Place
from lib.store.words import index_pending

if TYPE_CHECKING:
    import pandas as pd

    from lib.store.block_cache import BlockCache
    from lib.store.tables_frames import Row

index = schema_history.run_index


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
    """Makes DataFrames of the history.

    What is read most is tidied up on the way, unless `may_write` is False: answers are the same.
    """

    def __init__(self, engine: sa.Engine, *, may_write: bool = True) -> None:
        self._engine = engine
        self._may_write = may_write

    @cached_property
    def _cache(self) -> BlockCache:
        from lib.store.block_cache import BlockCache

        return BlockCache()

    def rows(
        self,
        asked: Asked,
        *,
        limit: int,
        cursor: Cursor | None = None,
        whole_prompts: bool = False,
    ) -> HistoryRows:
        """The `limit` runs after (or before) a place, or the first ones; in the question's order."""
        with self._reading(asked) as db:
            found = self._keys(db, asked, limit + 1, cursor)
            places = [Cursor(key, no) for key, no in found[:limit]]
            if cursor and cursor.backwards:
                places.reverse()
            runs, pictures = _frames(db, [place.no for place in places], whole_prompts)
        return HistoryRows(runs, pictures, tuple(places), len(found) > limit)

    def with_pictures(
        self, shas: Sequence[str], *, origin: str, limit: int
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Up to `limit` runs that have one of these pictures, in the order of the pictures.

        And the pictures of these runs. Of those with the same picture the newest come first.
        """
        picture = schema.picture
        here = sa.and_(index.c.origin == origin, index.c.place == Place.SHOWN)
        query = sa.select(index.c.no).join(picture, picture.c.run_id == index.c.run_id).where(here)
        query = query.order_by(sa.literal_column("picture.rowid").desc())
        numbers: dict[int, None] = {}
        with self._engine.connect() as db:
            for sha256 in shas:
                left = limit - len(numbers)
                if left <= 0:
                    break
                having = query.where(picture.c.sha256 == sha256).limit(left)
                numbers.update(dict.fromkeys(db.scalars(having)))
            return _frames(db, list(numbers))

    def totals(self, asked: Asked) -> QueryTotals:
        """How many runs the answer has, and what they cost."""
        from lib.store.columns import Dictionary
        from lib.store.counting import sums_of

        with self._reading(asked) as db:
            sums = sums_of(db, asked, Dictionary(db), self._cache)
        return QueryTotals(Count(sums.runs, sums.is_exact), sums.spend_micros)

    def summary(self, asked: Asked) -> tuple[pd.DataFrame, QueryTotals]:
        """How many runs each value of each filter would give, its own filter left aside.

        Columns: FACET_DTYPES. Values that no run has are left out, except chosen ones. With it the
        totals, of the same moment and at hardly any price.
        """
        from lib.store.columns import Dictionary
        from lib.store.counting import counts_by_value, sums_of
        from lib.store.tables_frames import frame
        from lib.store.tables_history_frames import FACET_DTYPES

        with self._reading(asked) as db:
            dictionary = Dictionary(db)
            sums = sums_of(db, asked, dictionary, self._cache, with_counts=True)
            rows = [
                {
                    "filter": name,
                    "value": value,
                    "label": label,
                    "runs": runs,
                    "is_exact": sums.is_exact,
                    "is_chosen": value in asked.query.chosen(name),
                }
                for name, value, label, runs in counts_by_value(db, asked, sums, dictionary)
            ]
        totals = QueryTotals(Count(sums.runs, sums.is_exact), sums.spend_micros)
        return frame(rows, FACET_DTYPES), totals

    def ids(self, asked: Asked, *, limit: int, cursor: Cursor | None = None) -> list[str]:
        """The ids alone of such a part."""
        with self._reading(asked) as db:
            numbers = [no for _key, no in self._keys(db, asked, limit, cursor)]
            query = sa.select(index.c.no, index.c.run_id).where(index.c.no.in_(numbers))
            found = {row[0]: str(row[1]) for row in db.execute(query)}
        ordered = [found[no] for no in numbers]
        return ordered[::-1] if cursor and cursor.backwards else ordered

    def numbers(self, asked: Asked) -> Iterator[int]:
        """The numbers of all runs that answer now, rising."""
        from lib.store.answers import nos_of

        with self._reading(asked) as db:
            found = [no for nos in nos_of(db, asked, self._cache) for no in nos.tolist()]
        yield from sorted(found)

    def place_of(self, asked: Asked, run_id: str) -> Cursor | None:
        """The place right after a run in the order of a question, whether it answers it or not."""
        query = sa.select(SORT_KEYS[asked.query.sort], index.c.no).where(index.c.run_id == run_id)
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        return None if row is None else Cursor(int(row[0]), int(row[1]))

    def _tidy_up(self, query: HistoryQuery) -> None:
        """Index and fold what waits for it. Where nothing can be written, reading goes on."""
        from lib.store.folding import fold_when_due

        with suppress(NotWritten):
            if query.text or query.chosen("same_prompt_as"):
                index_pending(self._engine)
            fold_when_due(self._engine)

    def marks(self, run_id: str) -> Marks | None:
        """What people have marked a run with; None when there is no such run."""
        with self._engine.connect() as db:
            return marks_of(db, run_id)

    def _keys(
        self, db: sa.Connection, asked: Asked, limit: int, cursor: Cursor | None
    ) -> list[tuple[int, int]]:
        """The keys and numbers of a page, nearest to the cursor first."""
        if asked.is_whole:
            return whole_page(db, asked, limit, cursor)
        from lib.store.answers import keys_of_page

        return keys_of_page(db, asked, limit, cursor, self._cache)

    @contextmanager
    def _reading(self, asked: Asked) -> Iterator[sa.Connection]:
        """One moment of the database, with all words in the index when it is asked for words."""
        if self._may_write:
            self._tidy_up(asked.query)
        with self._engine.connect() as db:
            if db.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN")
            else:
                db.execution_options(isolation_level="REPEATABLE READ")
            yield db


def _frames(
    db: sa.Connection, numbers: Sequence[int], whole_prompts: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The runs of these numbers in this order, and their pictures."""
    from lib.store.tables_frames import frame
    from lib.store.tables_history_frames import PICTURE_DTYPES, history_frame

    runs = _runs(db, numbers, whole_prompts)
    pictures = _pictures(db, [str(row["id"]) for row in runs])
    return history_frame(runs), frame(pictures, PICTURE_DTYPES)


def _runs(db: sa.Connection, numbers: Sequence[int], whole_prompts: bool) -> list[Row]:
    """The runs of these numbers, in this order."""
    found = db.execute(_query(whole_prompts), {"numbers": numbers})
    names = [*found.keys(), "tags"]
    by_no = {int(row[0]): row for row in found}
    tags = _tags(db, numbers)
    return [
        dict(zip(names, (*by_no[no], tags.get(no, ())), strict=True))
        for no in numbers
        if no in by_no
    ]


@cache
def _query(whole_prompts: bool) -> sa.Select[*tuple[Any, ...]]:
    """The runs of some numbers: made once, since that takes longer than most answers."""
    mark = schema_history.mark
    query = sa.select(*_columns(whole_prompts)).join(schema.run, schema.run.c.id == index.c.run_id)
    query = query.join(mark, mark.c.run_id == index.c.run_id, isouter=True)
    return query.where(index.c.no.in_(sa.bindparam("numbers", expanding=True)))


def _columns(whole_prompts: bool) -> list[sa.ColumnElement[Any]]:
    from lib.store.tables_history_frames import PROMPT_LENGTH

    run, mark, picture = schema.run, schema_history.mark, schema.picture
    of_run = picture.c.run_id == run.c.id
    beginning = sa.func.substr(run.c.prompt, 1, PROMPT_LENGTH)
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
        run.c.prompt if whole_prompts else beginning.label("prompt"),
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

"""The whole history page by page, along the index of its order."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.history_query import Cursor, Sort
from lib.store import schema_history
from lib.store.asked import SORT_KEYS, Asked
from lib.store.schema_history import Place

index = schema_history.run_index


def whole_page(
    db: sa.Connection, asked: Asked, limit: int, cursor: Cursor | None
) -> list[tuple[int, int]]:
    """The first `limit` runs beyond a place, as key and number, nearest first.

    A place is sought in two steps, those of the same key first: SQLite compares `(key, no)` with a
    place row by row when `no` is its rowid, through all the runs of that key.
    """
    rises = (asked.query.sort is Sort.OLDEST) != bool(cursor and cursor.backwards)
    place = Place.BIN if asked.query.deleted else Place.SHOWN
    given: dict[str, object] = {"origin": asked.origin, "kept_at": place}
    if cursor is not None:
        given |= {"key": cursor.key, "no": cursor.no}
    found: list[tuple[int, int]] = []
    for step in _steps(asked.query.sort, rises, cursor is not None):
        rows = db.execute(step, {**given, "limit": limit - len(found)})
        found += [(int(row[0]), int(row[1])) for row in rows]
    return found


@cache
def _steps(sort: Sort, rises: bool, is_beyond: bool) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    """What to ask, one after the other. Made once, since that takes longer than the answers."""
    key, no = SORT_KEYS[sort], index.c.no
    query = (
        sa.select(key, no)
        .where(index.c.origin == sa.bindparam("origin"), index.c.place == sa.bindparam("kept_at"))
        .order_by(*(column.asc() if rises else column.desc() for column in (key, no)))
        .limit(sa.bindparam("limit"))
    )
    if not is_beyond:
        return (query,)
    at_key: sa.BindParameter[int] = sa.bindparam("key")
    at_no: sa.BindParameter[int] = sa.bindparam("no")
    if rises:
        return query.where(key == at_key, no > at_no), query.where(key > at_key)
    return query.where(key == at_key, no < at_no), query.where(key < at_key)

"""The whole history page by page, along the index of its order."""

import sqlalchemy as sa

from lib.domain.history_query import Cursor, Sort
from lib.store import schema_history
from lib.store.asked import SORT_KEYS, Asked, kept_where

index = schema_history.run_index


def whole_page(
    db: sa.Connection, asked: Asked, limit: int, cursor: Cursor | None
) -> list[tuple[int, int]]:
    """The first `limit` runs beyond a place, as key and number, nearest first.

    A place is sought in two steps, those of the same key first: SQLite compares `(key, no)` with a
    place row by row when `no` is its rowid, through all the runs of that key.
    """
    sort = asked.query.sort
    rises = (sort is Sort.OLDEST) != bool(cursor and cursor.backwards)
    key, no = SORT_KEYS[sort], index.c.no
    order = [column.asc() if rises else column.desc() for column in (key, no)]
    query = sa.select(key, no).where(*kept_where(asked)).order_by(*order)
    if cursor is None:
        steps = [query]
    elif rises:
        steps = [query.where(key == cursor.key, no > cursor.no), query.where(key > cursor.key)]
    else:
        steps = [query.where(key == cursor.key, no < cursor.no), query.where(key < cursor.key)]
    found: list[tuple[int, int]] = []
    for step in steps:
        rows = db.execute(step.limit(limit - len(found)))
        found += [(int(row[0]), int(row[1])) for row in rows]
    return found

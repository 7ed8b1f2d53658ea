"""Bringing the history up to a ledger that is older than it: lines, words, what was
asked for, columns.

Each batch is a transaction of its own, so what was ended in the middle goes on at the next start.
"""

from collections.abc import Callable

import sqlalchemy as sa

from lib.store.database import writing
from lib.store.fingerprints import put_pending
from lib.store.migrations import history_triggers
from lib.store.words import index_pending

LINES = 5_000
SAY_EVERY = 20_000
"""Runs between two reports."""

Tell = Callable[[str], None]


def catch_up(engine: sa.Engine, *, tell: Tell = lambda text: None) -> None:
    """Do what is left to do; nothing, as a rule. `tell` hears how far it is."""
    _index_lines(engine, tell)
    index_pending(engine, lambda done, total: _say(tell, "words", done, total))
    put_pending(engine, lambda done, total: _say(tell, "requests", done, total))
    _fold_columns(engine, tell)


def _index_lines(engine: sa.Engine, tell: Tell) -> None:
    with engine.connect() as db:
        after = db.exec_driver_sql("SELECT after_id FROM unindexed").scalar()
        total = 0 if after is None else _left(db, str(after))
    done = 0
    while after is not None:
        with writing(engine) as db:
            after = _index_some(db, str(after))
        done = min(done + LINES, total)
        _say(tell, "lines", done, total)


def _left(db: sa.Connection, after: str) -> int:
    query = "SELECT count(*) FROM run WHERE id > ?"
    return int(db.exec_driver_sql(query, (after,)).scalar() or 0)


def _index_some(db: sa.Connection, after: str) -> str | None:
    """Write the next lines; gives the last run of them, None when there are no more."""
    query = "SELECT max(id) FROM (SELECT id FROM run WHERE id > ? ORDER BY id LIMIT ?)"
    last = db.exec_driver_sql(query, (after, LINES)).scalar()
    db.exec_driver_sql("DELETE FROM unindexed")
    if last is None:
        return None
    db.exec_driver_sql(_FILL, (after, last))
    db.exec_driver_sql(_PICTURED, (after, last))
    db.exec_driver_sql("INSERT INTO unindexed (after_id) VALUES (?)", (last,))
    return str(last)


def _fold_columns(engine: sa.Engine, tell: Tell) -> None:
    with engine.connect() as db:
        # Few lines are read with each question; the columns, and numpy, can wait for one.
        some = "SELECT count(*) FROM (SELECT 1 FROM run_changed LIMIT ?)"
        waiting = int(db.exec_driver_sql(some, (SAY_EVERY,)).scalar() or 0)
    if waiting == SAY_EVERY:
        from lib.store.columns import BLOCK
        from lib.store.folding import fold

        fold(engine, lambda done, total: _say(tell, "columns", done, total), lines_at_a_time=BLOCK)


def _say(tell: Tell, what: str, done: int, total: int) -> None:
    if done == total or done % SAY_EVERY < LINES:
        tell(f"Preparing the history, {what}: {done:,} of {total:,} runs")


_FILL = (
    f"{history_triggers.insertion('run')} FROM run WHERE id > ? AND id <= ?"
    " AND NOT EXISTS (SELECT 1 FROM run_index WHERE run_id = run.id) ORDER BY id"
)
_PICTURED = (
    "UPDATE run_index SET has_pictures = 'true' WHERE run_id > ? AND run_id <= ?"
    " AND EXISTS (SELECT 1 FROM picture"
    " WHERE picture.run_id = run_index.run_id AND problem IS NULL)"
)

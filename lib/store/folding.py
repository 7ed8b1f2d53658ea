"""Folding: lines that changed are written into their blocks, some at a time.

With a block its tallies are written: how many of its lines have each value, in each scope, so that
counting the whole history needs no block at all.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import sqlalchemy as sa

from lib.store import columns
from lib.store.columns import (
    ABSENT,
    CODED,
    KEYS,
    MARKS,
    PAIR,
    SCOPE,
    TALLIED,
    Array,
    Dictionary,
    Packed,
    pack,
    unpack,
)
from lib.store.database import writing
from lib.store.parts import Lines, read_lines

FOLD_AT = 512
"""So many changed lines are read with every question; more are folded first."""
LINES_AT_A_TIME = 2_048
"""In one transaction: the ledger's writers wait for it."""
SPEND = "spend"
"""The tally of the known costs, in micro-dollars."""

UPSERT = (
    "INSERT INTO run_column (name, block, data, base, low, high) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (name, block) DO UPDATE SET data = excluded.data, base = excluded.base,"
    " low = excluded.low, high = excluded.high"
)
TALLY = "INSERT INTO run_tally (block, name, scope, code, runs) VALUES (?, ?, ?, ?, ?)"
Tally = tuple[int, str, int, int, int]


def fold_when_due(engine: sa.Engine, *, at: int | None = None) -> None:
    """Fold if there is enough to fold."""
    if waiting(engine) > (FOLD_AT if at is None else at):
        fold(engine)


def waiting(engine: sa.Engine) -> int:
    """How many lines are not in their blocks."""
    with engine.connect() as db:
        return int(db.exec_driver_sql("SELECT count(*) FROM run_changed").scalar() or 0)


def fold(
    engine: sa.Engine,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    lines_at_a_time: int | None = None,
) -> None:
    """Fold the lines that are waiting. `progress` gets how many are done, and how many there were."""
    total, done = waiting(engine), 0
    while done < total:
        with writing(engine) as db:
            dictionary = Dictionary(db)
            folded = _fold_some(db, dictionary, lines_at_a_time or LINES_AT_A_TIME)
            if dictionary.new:
                insert = "INSERT INTO column_value (name, code, value) VALUES (?, ?, ?)"
                db.exec_driver_sql(insert, dictionary.new)
        if not folded:
            return
        done += folded
        progress(min(done, total), total)


def _fold_some(db: sa.Connection, dictionary: Dictionary, limit: int) -> int:
    """Fold some lines of the newest block that has any; gives how many."""
    newest = db.exec_driver_sql("SELECT max(no) FROM run_changed").scalar()
    if newest is None:
        return 0
    first = int(newest) // columns.BLOCK * columns.BLOCK
    query = "SELECT no FROM run_changed WHERE no >= ? ORDER BY no DESC LIMIT ?"
    rows = db.exec_driver_sql(query, (first, limit)).fetchall()
    nos = np.array([row[0] for row in reversed(rows)], np.int64)
    _fold_block(db, first // columns.BLOCK, read_lines(db, dictionary, nos), nos - first)
    db.exec_driver_sql("DELETE FROM run_changed WHERE no >= ?", (int(nos[0]),))
    return len(nos)


def _fold_block(db: sa.Connection, block: int, lines: Lines, changed: Array) -> None:
    kept = _kept(db, block)
    scopes = _patched(unpack(kept.get(SCOPE, ABSENT)), lines, SCOPE, changed)
    is_there = scopes != 0
    values = {
        name: scopes
        if name == SCOPE
        else _patched(unpack(kept.get(name, ABSENT)), lines, name, changed)
        for name in CODED + KEYS
    }
    packed = {
        name: pack(column, is_there=is_there, from_lowest=name in KEYS)
        for name, column in values.items()
    }
    pairs = {name: _pairs(kept.get(name), lines, name, changed) for name in MARKS}
    packed |= {name: Packed(found.tobytes(), 0, 0, 0) for name, found in pairs.items()}
    changed_columns = {name: new for name, new in packed.items() if new != kept.get(name)}
    rows = [
        (name, block, new.data, new.base, new.low, new.high)
        for name, new in changed_columns.items()
    ]
    if rows:
        db.exec_driver_sql(UPSERT, rows)
    db.exec_driver_sql(
        "INSERT OR REPLACE INTO run_block VALUES (?, ?)", (block, secrets.randbits(63))
    )
    db.exec_driver_sql("DELETE FROM run_tally WHERE block = ?", (block,))
    tallies = list(_tallies(block, values, pairs))
    if tallies:
        db.exec_driver_sql(TALLY, tallies)


def _kept(db: sa.Connection, block: int) -> Mapping[str, Packed]:
    query = "SELECT name, data, base, low, high FROM run_column WHERE block = ?"
    return {row[0]: Packed(*row[1:]) for row in db.exec_driver_sql(query, (block,)).fetchall()}


def _patched(values: Array, lines: Lines, name: str, changed: Array) -> Array:
    """The column with the lines in it; a changed line that is gone is not there."""
    patched = values.astype(np.int64)
    patched[changed] = 0
    patched[lines.nos % columns.BLOCK] = lines.column(name)
    return patched


def _pairs(kept: Packed | None, lines: Lines, name: str, changed: Array) -> Array:
    pairs = np.frombuffer(kept.data if kept else b"", PAIR)
    others = pairs[~np.isin(pairs["at"], changed)]
    places, ids = lines.marks(name)
    new = np.zeros(len(ids), PAIR)
    new["at"], new["id"] = lines.nos[places] % columns.BLOCK, ids
    return np.sort(np.concatenate([others, new]))


def _tallies(
    block: int, values: Mapping[str, Array], pairs: Mapping[str, Array]
) -> Iterator[Tally]:
    scopes, costs = values[SCOPE], values["cost_key"]
    for name in TALLIED:
        yield from _tally(block, name, scopes, values[name])
    for name, found in pairs.items():
        yield from _tally(block, name, scopes[found["at"]], found["id"].astype(np.int64))
    for scope in np.unique(scopes[scopes != 0]).tolist():
        yield block, SPEND, scope, 0, int(costs[(scopes == scope) & (costs > 0)].sum())


def _tally(block: int, name: str, scopes: Array, codes: Array) -> Iterator[Tally]:
    codes, scopes = codes[scopes != 0], scopes[scopes != 0]
    if not len(codes):
        return
    width = int(codes.max()) + 1
    counts = np.bincount(scopes * width + codes)
    for at in np.flatnonzero(counts).tolist():
        yield block, name, at // width, at % width, int(counts[at])

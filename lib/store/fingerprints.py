"""The fingerprints of requests in `run_index`: put there at the click, and for old runs in batches."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from lib.domain.already_made import fingerprint_of
from lib.store import schema
from lib.store.database import writing
from lib.store.schema_history import run_index as index

BATCH = 10_000
"""Runs in one transaction: half a second in which other writers wait."""
NONE = ""
"""Of a run whose input cannot be read: it is the same as no other."""


def put_fingerprint(
    db: sa.Connection, run_id: str, model_id: str, asked: Mapping[str, Any]
) -> None:
    """Note what a run that was just recorded asks for."""
    values = (fingerprint_of(model_id, asked), run_id)
    db.exec_driver_sql("UPDATE run_index SET fingerprint = ? WHERE run_id = ?", values)


def put_pending(
    engine: sa.Engine, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Note it of every run that has none yet, oldest first; gives how many.

    Each batch is a transaction of its own, so it goes on where it was ended.
    """
    waiting = sa.select(sa.func.count()).where(index.c.fingerprint.is_(None))
    with engine.connect() as db:
        total = int(db.scalar(waiting) or 0)
    done = 0
    while done < total:
        with writing(engine) as db:
            some = _put_some(db)
        if not some:
            break
        done += some
        progress(done, max(done, total))
    return done


def _put_some(db: sa.Connection) -> int:
    run = schema.run
    query = (
        sa.select(index.c.no, run.c.model_id, sa.type_coerce(run.c.input, sa.Text).label("asked"))
        .join(run, run.c.id == index.c.run_id)
        .where(index.c.fingerprint.is_(None))
        .order_by(index.c.no)
        .limit(BATCH)
    )
    found = [(_read(row.model_id, row.asked), row.no) for row in db.execute(query)]
    if found:
        db.exec_driver_sql("UPDATE run_index SET fingerprint = ? WHERE no = ?", found)
    return len(found)


def _read(model_id: str, asked: str) -> str:
    """What others have made may have asked for anything."""
    try:
        fields = json.loads(asked)
    except ValueError:
        return NONE
    return fingerprint_of(model_id, fields) if isinstance(fields, dict) else NONE

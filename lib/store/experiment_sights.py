"""Reading what is to be seen of the cells of an experiment: two queries, however many cells."""

from typing import Any

import sqlalchemy as sa

from lib.domain.experiment_sight import Sight
from lib.store import schema
from lib.store.schema_experiments import experiment_cell
from lib.store.schema_history import mark

cell, run, picture = experiment_cell.c, schema.run.c, schema.picture.c


def sights_of(engine: sa.Engine, experiment_id: str) -> dict[str, Sight]:
    """By the key of the cell; cells that have no run are not in it."""
    with engine.connect() as db:
        pictures: dict[str, list[str]] = {}
        for key, sha256 in db.execute(_pictures(experiment_id)):
            pictures.setdefault(key, []).append(sha256)
        rows = db.execute(_runs(experiment_id)).all()
    return {row.key: _sight(row, pictures.get(row.key, ())) for row in rows}


def _pictures(experiment_id: str) -> sa.Select[Any]:
    return (
        sa.select(cell.key, picture.sha256)
        .join(schema.picture, picture.run_id == cell.run_id)
        .where(cell.experiment_id == experiment_id)
        .where(picture.problem.is_(None), picture.freed_at.is_(None))
        .order_by(cell.key, picture.number)
    )


def _runs(experiment_id: str) -> sa.Select[Any]:
    return (
        sa.select(cell.key, run.duration_ms, run.nsfw_detected, run.deleted_at)
        .add_columns(mark.c.favourite, mark.c.rating)
        .join(schema.run, run.id == cell.run_id)
        .outerjoin(mark, mark.c.run_id == cell.run_id)
        .where(cell.experiment_id == experiment_id)
    )


def _sight(row: Any, pictures: Any) -> Sight:
    is_deleted = row.deleted_at is not None
    return Sight(
        pictures=() if is_deleted else tuple(pictures),
        favourite=bool(row.favourite),
        rating=row.rating or 0,
        duration_ms=row.duration_ms,
        nsfw_detected=bool(row.nsfw_detected),
        is_deleted=is_deleted,
    )

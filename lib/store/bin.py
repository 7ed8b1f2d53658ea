"""Emptying the bin: runs go out of sight for good, and pictures that nobody else has are let go.

The run itself stays in the ledger, with what it cost and the names of its pictures.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store import schema, schema_history
from lib.store.database import writing
from lib.store.schema_history import Place

run, picture, index = schema.run, schema.picture, schema_history.run_index
ERASED = "erased"
"""The word for it in a run's story."""


class Bin:
    """Erases deleted runs of one origin."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def deleted_before(self, before_ms: int | None, *, limit: int) -> list[str]:
        """Runs that were deleted before a moment (None: whenever)."""
        query = (
            sa.select(run.c.id)
            .join(index, index.c.run_id == run.c.id)
            .where(index.c.origin == self._origin, index.c.place == Place.BIN)
            .limit(limit)
        )
        if before_ms is not None:
            query = query.where(run.c.deleted_at < before_ms)
        with self._engine.connect() as db:
            return list(db.scalars(query))

    def holds(self, before_ms: int | None) -> tuple[int, int]:
        """How many runs that were deleted before a moment (None: whenever), and their pictures."""
        here = [index.c.origin == self._origin, index.c.place == Place.BIN]
        if before_ms is not None:
            here.append(run.c.deleted_at < before_ms)
        runs = sa.select(sa.func.count()).select_from(index)
        pictures = sa.select(sa.func.count(picture.c.sha256.distinct())).join(
            index, index.c.run_id == picture.c.run_id
        )
        of_run = run.c.id == index.c.run_id
        with self._engine.connect() as db:
            return (
                db.scalar(runs.join(run, of_run).where(*here)) or 0,
                db.scalar(pictures.join(run, of_run).where(*here)) or 0,
            )

    def erase(self, run_ids: Sequence[str]) -> list[str]:
        """Erase these, as far as they are deleted; gives the pictures that no other run needs."""
        now = self._clock.now_ms()
        mine = (run.c.id.in_(run_ids), run.c.origin == self._origin)
        with writing(self._engine) as db:
            erased = db.scalars(
                run.update()
                .where(*mine, run.c.deleted_at.is_not(None), run.c.erased_at.is_(None))
                .values(erased_at=now)
                .returning(run.c.id)
            ).all()
            if not erased:
                return []
            events = [{"run_id": run_id, "at": now, "kind": ERASED} for run_id in erased]
            db.execute(schema.event.insert(), events)
            theirs = sa.select(picture.c.sha256).distinct().where(picture.c.run_id.in_(erased))
            return [sha256 for sha256 in db.scalars(theirs) if not _is_needed(db, sha256)]

    def lingering(self, *, limit: int) -> list[str]:
        """Pictures that only erased runs have, and whose files are not known to be gone."""
        mine = (index.c.origin == self._origin, index.c.place == Place.ERASED)
        other = picture.alias()
        needed = (
            sa.exists()
            .where(other.c.sha256 == picture.c.sha256)
            .where(run.c.id == other.c.run_id, run.c.erased_at.is_(None))
        )
        query = (
            sa.select(picture.c.sha256)
            .distinct()
            .join(index, index.c.run_id == picture.c.run_id)
            .where(*mine, picture.c.freed_at.is_(None), ~needed)
        )
        with self._engine.connect() as db:
            return list(db.scalars(query.limit(limit)))

    def is_needed(self, sha256: str) -> bool:
        """Whether a run that is not erased has the picture."""
        with self._engine.connect() as db:
            return _is_needed(db, sha256)

    def note_freed(self, shas: Sequence[str]) -> None:
        """Write down that the files of these pictures are gone, as far as their runs are erased."""
        of_erased = sa.exists().where(run.c.id == picture.c.run_id, run.c.erased_at.is_not(None))
        with writing(self._engine) as db:
            db.execute(
                picture.update()
                .where(picture.c.sha256.in_(shas), of_erased)
                .values(freed_at=self._clock.now_ms())
            )


def _is_needed(db: sa.Connection, sha256: str) -> bool:
    needed = (
        sa.select(picture.c.run_id)
        .join(run, run.c.id == picture.c.run_id)
        .where(picture.c.sha256 == sha256, run.c.erased_at.is_(None))
        .limit(1)
    )
    return db.scalar(needed) is not None

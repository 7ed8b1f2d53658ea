"""Noting what people do with pictures: once a run and kind, and without a write ever after."""

from collections.abc import Sequence

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.store.database import writing
from lib.store.schema_attention import Looked, attention

AT_A_TIME = 500


class Attention:
    """Writes down the first time that a run's pictures are opened, or downloaded."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def note(self, kind: Looked, run_ids: Sequence[str]) -> None:
        """Note it of these runs; nothing is written for those it is known of. Raises NotWritten."""
        for at in range(0, len(run_ids), AT_A_TIME):
            some = run_ids[at : at + AT_A_TIME]
            with self._engine.connect() as db:
                is_new = bool(_unknown(db, kind, some))
            if is_new:
                self._write(kind, some)

    def _write(self, kind: Looked, run_ids: Sequence[str]) -> None:
        now = self._clock.now_ms()
        with writing(self._engine) as db:
            rows = [
                {"run_id": run_id, "kind": kind, "at": now}
                for run_id in _unknown(db, kind, run_ids)
            ]
            if rows:  # somebody else may have been quicker
                db.execute(attention.insert(), rows)


def _unknown(db: sa.Connection, kind: Looked, run_ids: Sequence[str]) -> list[str]:
    known = sa.select(attention.c.run_id).where(
        attention.c.kind == kind, attention.c.run_id.in_(run_ids)
    )
    noted = set(db.scalars(known))
    return [run_id for run_id in dict.fromkeys(run_ids) if run_id not in noted]

"""Audits as they were made, and what they found out about single runs."""

from dataclasses import asdict

import sqlalchemy as sa

from lib.domain.audit import Adjustment, Audit, Difference, DifferenceKind
from lib.store import schema
from lib.store.database import writing


class Audits:
    """Keeps the audits of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def record(self, audit: Audit) -> None:
        """Keep what an audit came to."""
        with writing(self._engine) as db:
            db.execute(schema.audit.insert().values(origin=self._origin, **asdict(audit)))

    def last(self) -> Audit | None:
        """The newest audit; None before the first one."""
        query = (
            sa.select(*(schema.audit.c[name] for name in Audit.__slots__))
            .where(schema.audit.c.origin == self._origin)
            .order_by(schema.audit.c.seq.desc())
            .limit(1)
        )
        with self._engine.connect() as db:
            row = db.execute(query).mappings().one_or_none()
        return None if row is None else Audit(**row)

    def known_until(self) -> int | None:
        """Until when (ms UTC) this ledger knows all that the API has taken.

        The beginning of the last audit that was complete; before the first, the newest click.
        """
        audit, run = schema.audit, schema.run
        of_the_audits = sa.select(sa.func.max(audit.c.began_at)).where(
            audit.c.origin == self._origin, audit.c.problem.is_(None)
        )
        newest_click = (
            sa.select(run.c.created_at)
            .where(run.c.origin == self._origin, run.c.adopted_at.is_(None))
            .order_by(run.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as db:
            audited = db.scalar(of_the_audits)
            found = db.scalar(newest_click) if audited is None else audited
        return None if found is None else int(found)

    def differences(self, limit: int) -> list[Difference]:
        """What was found out about runs of this origin, newest first."""
        event, run = schema.event, schema.run
        query = (
            sa.select(event.c.at, event.c.run_id, event.c.kind, event.c.body)
            .join(run, run.c.id == event.c.run_id)
            .where(run.c.origin == self._origin, schema.DIFFERENCES)
            .order_by(event.c.seq.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            return [
                Difference(row.at, row.run_id, DifferenceKind(row.kind), row.body)
                for row in db.execute(query)
            ]

    def adjustments(self, run_id: str) -> list[Adjustment]:
        """How the cost of a run was changed after it had been counted, in order."""
        table = schema.adjustment
        query = sa.select(table).where(table.c.run_id == run_id).order_by(table.c.seq)
        with self._engine.connect() as db:
            return [
                Adjustment(row.at, row.from_micros, row.to_micros, row.reason)
                for row in db.execute(query)
            ]

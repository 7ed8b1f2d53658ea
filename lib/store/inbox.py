"""The inbox of callbacks: each body once, however often it came; and a record of what was refused."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lib.domain.callback import Proof, Received, Refusal, RefusalCount
from lib.store import schema
from lib.store.database import writing

HINTS_A_RUN = 20
"""Callbacks of a run that only its token proves: whoever knows the token could fill the disk."""
REFUSALS_KEPT = 100
KEPT_FOR_MS = 90 * 24 * 3600 * 1000
"""The inbox forgets after 90 days; the story of a run is in the ledger."""


class Inbox:
    """Keeps the callbacks of one `origin`: the sandbox's, or an API's."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def put(self, received: Received) -> bool:
        """Keep a callback; False when it is known already, or its run has too many hints."""
        if self._is_known(received.sha256):
            return False
        row = {name: getattr(received, name) for name in Received.__slots__}
        try:
            with writing(self._engine) as db:
                if received.proof is Proof.TOKEN and self._hints(db, received) >= HINTS_A_RUN:
                    return False
                db.execute(schema.callback.insert().values(origin=self._origin, **row))
        except sa.exc.IntegrityError:  # the same came twice at the same time
            return False
        return True

    def tells_of(self, run_id: str, remote_id: str | None) -> bool:
        """Whether a callback has come for this run."""
        named = _names(run_id, remote_id)
        query = sa.select(schema.callback.c.sha256).where(self._is_ours(), named).limit(1)
        with self._engine.connect() as db:
            return db.scalar(query) is not None

    def about(self, run_id: str, remote_id: str | None, *, limit: int) -> list[Received]:
        """The newest callbacks about this run, newest first."""
        return self._newest(limit, _names(run_id, remote_id))

    def recent(self, limit: int) -> list[Received]:
        """The newest callbacks, newest first."""
        return self._newest(limit)

    def _newest(self, limit: int, *where: sa.ColumnElement[bool]) -> list[Received]:
        query = (
            sa.select(schema.callback)
            .where(self._is_ours(), *where)
            .order_by(schema.callback.c.received_at.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            rows = db.execute(query).mappings().all()
        return [
            Received(
                **{name: row[name] for name in Received.__slots__} | {"proof": Proof(row["proof"])}
            )
            for row in rows
        ]

    def forget_before(self, at: int) -> None:
        """Delete what came before `at` (ms UTC)."""
        with writing(self._engine) as db:
            db.execute(
                schema.callback.delete().where(self._is_ours(), schema.callback.c.received_at < at)
            )

    # -- refusals --------------------------------------------------------------------------------

    def put_refusals(self, refusals: Sequence[Refusal], counts: Mapping[str, int]) -> None:
        """Keep the newest refusals, REFUSALS_KEPT in all, and add to the counts of their reasons."""
        last_at = max((refusal.at for refusal in refusals), default=0)
        with writing(self._engine) as db:
            for reason, times in counts.items():
                _count(db, reason, times, last_at)
            rows = [
                {name: getattr(refusal, name) for name in Refusal.__slots__}
                for refusal in refusals[-REFUSALS_KEPT:]
            ]
            if rows:
                db.execute(schema.callback_refusal.insert(), rows)
            newest = sa.select(sa.func.max(schema.callback_refusal.c.seq)).scalar_subquery()
            db.execute(
                schema.callback_refusal.delete().where(
                    schema.callback_refusal.c.seq <= newest - REFUSALS_KEPT
                )
            )

    def refusals(self, limit: int = REFUSALS_KEPT) -> list[Refusal]:
        """The newest refusals, newest first."""
        table = schema.callback_refusal
        with self._engine.connect() as db:
            rows = db.execute(sa.select(table).order_by(table.c.seq.desc()).limit(limit)).all()
        return [Refusal(row.at, row.reason, row.request_id, row.excerpt) for row in rows]

    def refusal_counts(self) -> list[RefusalCount]:
        """How often each reason was met, the latest first."""
        table = schema.callback_refusal_count
        with self._engine.connect() as db:
            rows = db.execute(sa.select(table).order_by(table.c.last_at.desc())).all()
        return [RefusalCount(row.reason, row.times, row.last_at) for row in rows]

    # -- pieces ----------------------------------------------------------------------------------

    def _is_known(self, sha256: str) -> bool:
        query = sa.select(schema.callback.c.sha256).where(schema.callback.c.sha256 == sha256)
        with self._engine.connect() as db:
            return db.scalar(query) is not None

    def _hints(self, db: sa.Connection, received: Received) -> int:
        query = sa.select(sa.func.count()).where(
            schema.callback.c.run_id == received.run_id, schema.callback.c.proof == Proof.TOKEN
        )
        return int(db.scalar(query) or 0)

    def _is_ours(self) -> sa.ColumnElement[bool]:
        return schema.callback.c.origin == self._origin


def _names(run_id: str, remote_id: str | None) -> sa.ColumnElement[bool]:
    named = schema.callback.c.run_id == run_id
    return named if remote_id is None else named | (schema.callback.c.remote_id == remote_id)


def _count(db: sa.Connection, reason: str, times: int, last_at: int) -> None:
    table = schema.callback_refusal_count
    done = db.execute(
        table.update()
        .where(table.c.reason == reason)
        .values(times=table.c.times + times, last_at=last_at)
    )
    if not done.rowcount:
        db.execute(table.insert().values(reason=reason, times=times, last_at=last_at))

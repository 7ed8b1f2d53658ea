"""Keeping experiments that an owner has to accept. Accepting one starts it in the same write."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
import uuid_utils

from lib.domain.approval import VALID_FOR_MS, Accepted, ApprovalState, NotWaiting
from lib.domain.clock import Clock
from lib.domain.experiment_asked import AskedExperiment
from lib.store.database import writing
from lib.store.schema_experiment_approvals import experiment_approval as table

IS_WAITING = sa.text("state = 'waiting'")
TOO_LATE = "Nothing was started: this request has been decided on, has expired, or costs more."


def use_up(
    db: sa.Connection, accepted: Accepted, experiment_id: str, total_micros: int, now_ms: int
) -> None:
    """Within the transaction of a start. Raises NotWaiting, and with that nothing is started."""
    done = db.execute(
        table.update()
        .where(table.c.id == accepted.approval_id, table.c.total_micros >= total_micros)
        .where(table.c.state == ApprovalState.WAITING, table.c.expires_at > now_ms)
        .values(
            state=ApprovalState.ACCEPTED,
            decided_at=now_ms,
            decided_by=accepted.by,
            experiment_id=experiment_id,
        )
    )
    if not done.rowcount:
        raise NotWaiting(TOO_LATE)


class ExperimentApprovals:
    """Writes and reads the requests of one `origin`."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    def ask(
        self, asked: Mapping[str, Any], *, total_micros: int, click_token: str, asked_by: str
    ) -> str:
        """Put an experiment before the owners; returns the request's id. The same click asks once."""
        now, made = self._clock.now_ms(), str(uuid_utils.uuid7())
        same = (table.c.asked_by == asked_by, table.c.click_token == click_token)
        values = {"id": made, "origin": self._origin, "asked_by": asked_by, "asked_at": now}
        values |= {"expires_at": now + VALID_FOR_MS, "click_token": click_token}
        with writing(self._engine) as db:
            known = db.scalar(sa.select(table.c.id).where(*same))
            if known is not None:
                return str(known)
            more = {"asked": dict(asked), "state": ApprovalState.WAITING}
            db.execute(table.insert().values(**values, **more, total_micros=total_micros))
            return made

    def refuse(self, approval_id: str, *, by: str, reason: str) -> bool:
        """Let it never be started; False when it does not wait any more."""
        now = self._clock.now_ms()
        refused = {"state": ApprovalState.REFUSED, "decided_at": now, "decided_by": by}
        with writing(self._engine) as db:
            change = table.update().where(table.c.id == approval_id, *self._waiting(now))
            return bool(db.execute(change.values(**refused, reason=reason)).rowcount)

    def find(self, approval_id: str) -> AskedExperiment | None:
        """A request of this origin as it stands now."""
        mine = (table.c.id == approval_id, table.c.origin == self._origin)
        with self._engine.connect() as db:
            row = db.execute(sa.select(table).where(*mine)).one_or_none()
        return None if row is None else self._as_of_now(row)

    def waiting(self, limit: int) -> list[AskedExperiment]:
        """Those that wait for an owner, oldest first."""
        query = sa.select(table).where(*self._waiting(self._clock.now_ms()))
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(table.c.asked_at).limit(limit)).all()
        return [self._as_of_now(row) for row in rows]

    def _waiting(self, now_ms: int) -> tuple[Any, ...]:
        return (table.c.origin == self._origin, IS_WAITING, table.c.expires_at > now_ms)

    def _as_of_now(self, row: Any) -> AskedExperiment:
        kept = {name: getattr(row, name) for name in AskedExperiment.__slots__}
        found = AskedExperiment(**{**kept, "state": ApprovalState(row.state)})
        is_over = found.state is ApprovalState.WAITING and found.expires_at <= self._clock.now_ms()
        return replace(found, state=ApprovalState.EXPIRED) if is_over else found

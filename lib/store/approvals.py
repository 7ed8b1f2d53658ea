"""Keeping requests that an owner has to accept. Accepting one makes its run in the same write."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
import uuid_utils

from lib.domain.approval import (
    VALID_FOR_MS,
    Accepted,
    Approval,
    ApprovalState,
    NeedsApproval,
    NotWaiting,
)
from lib.domain.clock import Clock
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.run import Parent, ParentKind
from lib.store.database import writing
from lib.store.entries import NewRun
from lib.store.schema_approvals import approval, approval_threshold

IS_WAITING = sa.text("state = 'waiting'")
"""Spelt as in its index, which is used only then."""
TOO_LATE = "Nothing was sent: this request has been decided on, has expired, or costs more by now."


def check_approval(db: sa.Connection, new: NewRun, now_ms: int) -> None:
    """Within a click's transaction: what is too dear needs a request that waits, and uses it up.

    Raises NeedsApproval when there is none, NotWaiting when it is no use any more. Whoever starts
    an experiment is asked for the sum of its cells, so each of them passes.
    """
    if new.accepted is not None:
        if not _use_up(db, new, new.accepted, now_ms):
            raise NotWaiting(TOO_LATE)
        return
    threshold = None if new.is_held else threshold_of(db, new.origin)
    if threshold is not None and new.estimate_micros > threshold:
        raise NeedsApproval(threshold)


def _use_up(db: sa.Connection, new: NewRun, accepted: Accepted, now_ms: int) -> bool:
    done = db.execute(
        approval.update()
        .where(approval.c.id == accepted.approval_id, approval.c.origin == new.origin)
        .where(approval.c.state == ApprovalState.WAITING, approval.c.expires_at > now_ms)
        .where(approval.c.estimate_micros >= new.estimate_micros)
        .values(
            state=ApprovalState.ACCEPTED,
            decided_at=now_ms,
            decided_by=accepted.by,
            run_id=new.id,
        )
    )
    return bool(done.rowcount)


def threshold_of(db: sa.Connection, origin: str) -> int | None:
    """Above how many micro-dollars an owner has to accept; None: never."""
    query = (
        sa.select(approval_threshold.c.threshold_micros)
        .where(approval_threshold.c.origin == origin)
        .order_by(approval_threshold.c.seq.desc())
        .limit(1)
    )
    return db.scalar(query)


class Approvals:
    """Writes and reads the requests of one `origin`."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    # -- the price from which an owner is asked --------------------------------------------------

    def threshold(self) -> int | None:
        """Above how many micro-dollars an owner has to accept a request; None: never."""
        with self._engine.connect() as db:
            return threshold_of(db, self._origin)

    def set_threshold(self, threshold_micros: int | None, *, by: str) -> None:
        """Set it, for the requests from now on. What was set before stays on record."""
        values = {"origin": self._origin, "at": self._clock.now_ms(), "by": by}
        with writing(self._engine) as db:
            db.execute(
                approval_threshold.insert().values(**values, threshold_micros=threshold_micros)
            )

    # -- requests --------------------------------------------------------------------------------

    def ask(
        self,
        model_id: str,
        checked: Mapping[str, Any],
        *,
        estimate_micros: int,
        click_token: str,
        asked_by: str,
        parent: Parent | None = None,
        labels: LabelIds = NO_LABELS,
    ) -> str:
        """Put a request before the owners; returns its id. The same click asks once."""
        now, approval_id = self._clock.now_ms(), str(uuid_utils.uuid7())
        same = (approval.c.asked_by == asked_by, approval.c.click_token == click_token)
        with writing(self._engine) as db:
            known = db.scalar(sa.select(approval.c.id).where(*same))
            if known is not None:
                return str(known)
            db.execute(
                approval.insert().values(
                    id=approval_id,
                    origin=self._origin,
                    asked_by=asked_by,
                    asked_at=now,
                    expires_at=now + VALID_FOR_MS,
                    click_token=click_token,
                    model_id=model_id,
                    input=dict(checked),
                    estimate_micros=estimate_micros,
                    parent_id=parent.run_id if parent else None,
                    parent_kind=parent.kind if parent else None,
                    state=ApprovalState.WAITING,
                    labels=asdict(labels),
                )
            )
            return approval_id

    def refuse(self, approval_id: str, *, by: str, reason: str) -> bool:
        """Let a request never become a run; False when it does not wait any more."""
        now = self._clock.now_ms()
        values = {"decided_at": now, "decided_by": by, "reason": reason}
        with writing(self._engine) as db:
            done = db.execute(
                approval.update()
                .where(approval.c.id == approval_id, *self._waiting(now))
                .values(state=ApprovalState.REFUSED, **values)
            )
            return bool(done.rowcount)

    def find(self, approval_id: str) -> Approval | None:
        """A request of this origin as it stands now."""
        query = sa.select(approval).where(
            approval.c.id == approval_id, approval.c.origin == self._origin
        )
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        return None if row is None else self._as_of_now(row)

    def waiting(self, limit: int) -> list[Approval]:
        """The requests that wait for an owner, oldest first."""
        query = sa.select(approval).where(*self._waiting(self._clock.now_ms()))
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(approval.c.asked_at).limit(limit)).all()
        return [self._as_of_now(row) for row in rows]

    def count_waiting(self) -> int:
        """How many wait."""
        query = sa.select(sa.func.count()).select_from(approval)
        with self._engine.connect() as db:
            return int(db.scalar(query.where(*self._waiting(self._clock.now_ms()))) or 0)

    def _waiting(self, now_ms: int) -> tuple[Any, ...]:
        return (
            approval.c.origin == self._origin,
            IS_WAITING,
            approval.c.expires_at > now_ms,
        )

    def _as_of_now(self, row: Any) -> Approval:
        found = _approval(row)
        is_over = found.state is ApprovalState.WAITING and found.expires_at <= self._clock.now_ms()
        return replace(found, state=ApprovalState.EXPIRED) if is_over else found


def _approval(row: Any) -> Approval:
    parent = Parent(row.parent_id, ParentKind(row.parent_kind)) if row.parent_id else None
    labels = {name: tuple(ids) for name, ids in (row.labels or {}).items()}
    return Approval(
        id=row.id,
        origin=row.origin,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        click_token=row.click_token,
        model_id=row.model_id,
        input=row.input,
        estimate_micros=row.estimate_micros,
        state=ApprovalState(row.state),
        parent=parent,
        labels=LabelIds(**labels),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        run_id=row.run_id,
    )

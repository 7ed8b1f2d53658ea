"""The pieces that every change of the ledger is made of, each within its caller's transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.run import RunState
from lib.store import schema

FREE_OUTCOMES = ("refused", "never sent")
"""How an attempt ends when it certainly was not charged."""


def move(
    db: sa.Connection,
    clock: Clock,
    run_id: str,
    from_states: Iterable[RunState],
    state: RunState,
    **values: Any,
) -> bool:
    """Bring a run from one of `from_states` to `state`; False when it is in none of them."""
    done = db.execute(
        schema.run.update()
        .where(schema.run.c.id == run_id, schema.run.c.state.in_(list(from_states)))
        .values(state=state, **values)
    )
    if done.rowcount:
        tell(db, clock, run_id, state)
    return bool(done.rowcount)


def tell(
    db: sa.Connection,
    clock: Clock,
    run_id: str,
    kind: str,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Append to the run's story."""
    row = {"run_id": run_id, "at": clock.now_ms(), "kind": kind, "body": body}
    db.execute(schema.event.insert(), row)


def adjust(
    db: sa.Connection,
    clock: Clock,
    run_id: str,
    *,
    from_micros: int | None,
    to_micros: int | None,
    reason: str,
) -> None:
    """Write down that a cost which was counted already is another one now, None for unknown."""
    db.execute(
        schema.adjustment.insert().values(
            run_id=run_id,
            at=clock.now_ms(),
            from_micros=from_micros,
            to_micros=to_micros,
            reason=reason,
        )
    )


def end_attempt(
    db: sa.Connection,
    clock: Clock,
    run_id: str,
    outcome: str,
    http_status: int | None = None,
    detail: str | None = None,
    quiet_until: int | None = None,
) -> None:
    """Note how the latest attempt ended; `quiet_until` replaces the one it began with."""
    values: dict[str, Any] = {
        "outcome": outcome,
        "http_status": http_status,
        "detail": detail,
        "ended_at": clock.now_ms(),
    }
    if quiet_until is not None:
        values["quiet_until"] = quiet_until
    attempt = schema.attempt
    db.execute(
        attempt.update()
        .where(attempt.c.run_id == run_id, attempt.c.fence == last_attempt(run_id))
        .values(**values)
    )


def may_have_been_taken(db: sa.Connection, run_id: str) -> bool:
    """Whether any attempt of the run ended in doubt."""
    in_doubt = sa.exists().where(
        schema.attempt.c.run_id == run_id, schema.attempt.c.outcome.not_in(FREE_OUTCOMES)
    )
    return bool(db.scalar(sa.select(in_doubt)))


def last_attempt(run_id: str) -> sa.ScalarSelect[int]:
    """The fence of the run's latest attempt, as part of a query."""
    return (
        sa.select(sa.func.max(schema.attempt.c.fence))
        .where(schema.attempt.c.run_id == run_id)
        .scalar_subquery()
    )

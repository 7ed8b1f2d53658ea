"""The ledger's writes: one short transaction each, and a terminal run never moves again.

Every change of a run names the states it may come from. A change that comes too late (another
process was faster, the run has ended) changes nothing and says so by returning False.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.run import OPEN, CostBasis, Failure, Picture, RunState
from lib.store import schema
from lib.store.approvals import check_approval
from lib.store.budget_use import refuse_over_budget
from lib.store.charges import book
from lib.store.database import writing
from lib.store.entries import (
    Attempt,
    Enqueue,
    NewRun,
    RemoteIdTaken,
    failure_columns,
    known_click,
    picture_row,
    run_row,
)
from lib.store.experiment_entries import takes_known_run
from lib.store.fingerprints import put_fingerprint
from lib.store.labels import put_labels
from lib.store.moves import end_attempt, last_attempt, may_have_been_taken, move, tell
from lib.store.words import index_run


class Ledger:
    """Writes runs. `clock` tells the times that are recorded."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    # -- a click ---------------------------------------------------------------------------------

    def add(self, new: NewRun, enqueue: Enqueue) -> str:
        """Record a run and queue it, both or neither; return its id.

        Raises OverBudget, NeedsApproval, NotWaiting, LabelGone and CellTaken. The same click again
        (same person, same token) returns the run it already made.
        """
        with writing(self._engine) as db:
            if takes_known_run(db, new):
                return new.id
            known = known_click(db, new)
            if known is not None:
                return str(known)
            now = self._clock.now_ms()
            refuse_over_budget(db, new, now)
            check_approval(db, new, now)
            row = run_row(new, created_at=now)
            db.execute(schema.run.insert(), row)
            index_run(db, new.id, row["prompt"])
            put_fingerprint(db, new.id, new.model_id, new.input)
            put_labels(db, new)
            tell(db, self._clock, new.id, "queued")
            enqueue(db, new.id)
            return new.id

    # -- sending ---------------------------------------------------------------------------------

    def intend(self, run_id: str, *, quiet_ms: int) -> Attempt | None:
        """Put the intent to send on disk; None when the run is not to be sent (any more)."""
        with writing(self._engine) as db:
            # Asked only now: the wait for the write lock is none of the request's age.
            now, begun_s = self._clock.now_ms(), self._clock.monotonic_s()
            moved = move(
                db,
                self._clock,
                run_id,
                {RunState.QUEUED, RunState.UNKNOWN},
                RunState.SENDING,
                fence=schema.run.c.fence + 1,
                sent_at=sa.func.coalesce(schema.run.c.sent_at, now),
                due_at=None,
                note=None,
            )
            if not moved:
                return None
            fence = db.scalar(sa.select(schema.run.c.fence).where(schema.run.c.id == run_id))
            attempt = Attempt(run_id, int(fence or 0), now, now + quiet_ms, begun_s=begun_s)
            db.execute(
                schema.attempt.insert().values(
                    run_id=run_id,
                    fence=attempt.fence,
                    intended_at=now,
                    quiet_until=attempt.quiet_until,
                )
            )
            return attempt

    def may_send(self, attempt: Attempt) -> bool:
        """Whether this attempt is still the one that speaks for its run."""
        with self._engine.connect() as db:
            row = db.execute(
                sa.select(schema.run.c.state, schema.run.c.fence).where(
                    schema.run.c.id == attempt.run_id
                )
            ).one()
        return bool(row.state == RunState.SENDING and row.fence == attempt.fence)

    def accept(self, run_id: str, remote_id: str, *, status: str) -> bool:
        """The API has the run under `remote_id`. Raises RemoteIdTaken when it is another's."""
        try:
            with writing(self._engine) as db:
                end_attempt(db, self._clock, run_id, "accepted")
                return move(
                    db,
                    self._clock,
                    run_id,
                    {RunState.SENDING, RunState.UNKNOWN},
                    RunState.ACCEPTED,
                    remote_id=remote_id,
                    status=status,
                    accepted_at=self._clock.now_ms(),
                    due_at=None,
                    note=None,
                )
        except sa.exc.IntegrityError as error:
            raise RemoteIdTaken(remote_id) from error

    def refuse(
        self, run_id: str, failure: Failure, *, http_status: int, due_at: int
    ) -> RunState | None:
        """The API said no. Free and final, unless an earlier attempt may have been taken.

        A refusal speaks for its own attempt only: after a lost answer the run stays unknown.
        Returns the state it left the run in, None when the run was not being sent.
        """
        with writing(self._engine) as db:
            end_attempt(db, self._clock, run_id, "refused", http_status, failure.message)
            if may_have_been_taken(db, run_id):
                moved = move(
                    db,
                    self._clock,
                    run_id,
                    {RunState.SENDING},
                    RunState.UNKNOWN,
                    due_at=due_at,
                    http_status=http_status,
                    note=failure.message,
                )
                return RunState.UNKNOWN if moved else None
            moved = move(
                db,
                self._clock,
                run_id,
                {RunState.SENDING},
                RunState.FAILED,
                cost_micros=0,
                cost_basis=CostBasis.CONFIRMED,
                http_status=http_status,
                settled_at=self._clock.now_ms(),
                **failure_columns(failure),
            )
            return RunState.FAILED if moved else None

    def wait_to_send(self, run_id: str, *, due_at: int, note: str) -> bool:
        """Nothing left this machine: try again at `due_at`."""
        with writing(self._engine) as db:
            end_attempt(db, self._clock, run_id, "never sent", None, note)
            target = RunState.UNKNOWN if may_have_been_taken(db, run_id) else RunState.QUEUED
            return move(
                db, self._clock, run_id, {RunState.SENDING}, target, due_at=due_at, note=note
            )

    def lose_answer(
        self,
        run_id: str,
        *,
        outcome: str,
        note: str,
        http_status: int | None = None,
        quiet_until: int | None = None,
        due_at: int | None = None,
    ) -> bool:
        """No one can say whether the API took it. `quiet_until` replaces the attempt's own."""
        with writing(self._engine) as db:
            end_attempt(db, self._clock, run_id, outcome, http_status, note, quiet_until)
            return move(
                db,
                self._clock,
                run_id,
                {RunState.SENDING},
                RunState.UNKNOWN,
                due_at=due_at,
                http_status=http_status,
                note=note,
            )

    def ask_in_vain(self, run_id: str, *, due_at: int, counts: bool) -> int:
        """The API knows nothing of the run. Returns how often it said so after the quiet time."""
        with writing(self._engine) as db:
            last = last_attempt(run_id)
            if counts:
                db.execute(
                    schema.attempt.update()
                    .where(schema.attempt.c.run_id == run_id, schema.attempt.c.fence == last)
                    .values(asked_in_vain=schema.attempt.c.asked_in_vain + 1)
                )
            db.execute(
                schema.run.update()
                .where(schema.run.c.id == run_id, schema.run.c.state == RunState.UNKNOWN)
                .values(due_at=due_at)
            )
            asked = db.scalar(
                sa.select(schema.attempt.c.asked_in_vain).where(
                    schema.attempt.c.run_id == run_id, schema.attempt.c.fence == last
                )
            )
            return int(asked or 0)

    # -- watching and ending ---------------------------------------------------------------------

    def note(self, run_id: str, **values: Any) -> bool:
        """Write down what is new of an open run (its `status`, `due_at`, `note`)."""
        with writing(self._engine) as db:
            done = db.execute(
                schema.run.update()
                .where(schema.run.c.id == run_id, schema.run.c.state.in_(OPEN))
                .values(**values)
            )
            if done.rowcount and "status" in values:
                tell(db, self._clock, run_id, "status", {"status": values["status"]})
            return bool(done.rowcount)

    def finish(
        self,
        run_id: str,
        state: RunState,
        *,
        from_states: Iterable[RunState] = (RunState.ACCEPTED,),
        failure: Failure | None = None,
        pictures: Iterable[Picture] = (),
        **values: Any,
    ) -> bool:
        """End a run with its pictures, its cost and the lines of that, all in one transaction."""
        now = self._clock.now_ms()
        if state is RunState.PARKED:
            values["decided_at"] = None  # an earlier decision was about what has failed since
        if failure:
            values |= failure_columns(failure)
        with writing(self._engine) as db:
            moved = move(
                db,
                self._clock,
                run_id,
                set(from_states),
                state,
                settled_at=now,
                due_at=None,
                **values,
            )
            if not moved:
                return False
            rows = [picture_row(run_id, picture, now) for picture in pictures]
            if rows:
                db.execute(schema.picture.insert(), rows)
            book(db, run_id, at=now)
            return True

    # -- by a person -----------------------------------------------------------------------------

    def cancel(self, run_id: str) -> bool:
        """Take a run back that was never sent. It costs nothing."""
        return self.finish(
            run_id,
            RunState.CANCELED,
            from_states={RunState.QUEUED},
            cost_micros=0,
            cost_basis=CostBasis.CONFIRMED,
        )

    def delete(self, run_id: str) -> bool:
        """Take an ended run out of sight. What was paid stays in the accounts."""
        return self._set_deleted(run_id, self._clock.now_ms())

    def restore(self, run_id: str) -> bool:
        """Bring a deleted run back."""
        return self._set_deleted(run_id, None)

    def _set_deleted(self, run_id: str, at: int | None) -> bool:
        with writing(self._engine) as db:
            done = db.execute(
                schema.run.update()
                .where(schema.run.c.id == run_id, schema.run.c.state.not_in(OPEN))
                .values(deleted_at=at)
            )
            if done.rowcount:
                tell(db, self._clock, run_id, "deleted" if at else "restored")
            return bool(done.rowcount)

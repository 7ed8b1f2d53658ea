"""What becomes of parked runs: the one end that is left again, since it only waits for an answer.

Nothing is ever sent from here: a run that is taken up is looked after under the id that the API
knows it by. Each decision is one transaction that names the state it comes from.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lib.domain.clock import Clock
from lib.domain.decision import Counts
from lib.domain.run import CostBasis, RunState
from lib.store import schema
from lib.store.charges import book
from lib.store.database import writing
from lib.store.entries import Enqueue, RemoteIdTaken
from lib.store.moves import adjust, move, tell

REASON = "decision"
"""Why a cost was adjusted; it is FOUND where the API's run voids what a person had counted."""
ASKED = "asked"
FOUND = "found"
ADOPTED = "adopted"
GIVEN_UP = "given up"
UNDONE = "decision undone"


SHOWN: Mapping[str, Any] = {"deleted_at": None, "erased_at": None}
"""Back in the history, and out of the bin."""


def _left_to_others(_db: sa.Connection, _run_id: str) -> None:
    """The caller sees to it that the run is looked after."""


class Decisions:
    """Writes what a person decided (`by`), or the API's list has shown, about a parked run."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    # -- the API has it --------------------------------------------------------------------------

    def take_up(
        self,
        run_id: str,
        remote_id: str,
        *,
        status: str,
        by: str | None = None,
        enqueue: Enqueue = _left_to_others,
    ) -> bool:
        """The API has the parked run under `remote_id`: look after it again, it is never re-sent.

        What was decided before is void. A run that a person asked about is not deleted any more.
        False when it is not parked any more. Raises RemoteIdTaken when the id is another run's.
        """
        told = {"remote_id": remote_id} | ({"by": by} if by else {})
        shown = SHOWN if by else {}
        return self._look_after(
            run_id, remote_id, (FOUND, told), enqueue, status=status, decided_at=None, **shown
        )

    def adopt(
        self,
        run_id: str,
        remote_id: str,
        *,
        status: str,
        by: str,
        differs: Sequence[str] = (),
        enqueue: Enqueue = _left_to_others,
    ) -> bool:
        """A person says that the API's run `remote_id` is this one, though `differs` differ.

        It is settled like any other, under whatever `client_ref` the API has for it. Returns and
        raises as `take_up` does.
        """
        told = {"remote_id": remote_id, "by": by, "differs": ", ".join(differs) or "nothing"}
        now = self._clock.now_ms()
        return self._look_after(
            run_id,
            remote_id,
            (ADOPTED, told),
            enqueue,
            status=status,
            decided_at=now,
            **SHOWN,
        )

    def _look_after(
        self,
        run_id: str,
        remote_id: str,
        told: tuple[str, Mapping[str, Any]],
        enqueue: Enqueue,
        **values: Any,
    ) -> bool:
        try:
            with writing(self._engine) as db:
                parked = _parked(db, run_id)
                if parked is None:
                    return False
                if parked.decided_at is not None and parked.cost_basis == CostBasis.COMPUTED:
                    self._count(db, run_id, parked.cost_micros, None, reason=FOUND)
                tell(db, self._clock, run_id, *told)
                move(
                    db,
                    self._clock,
                    run_id,
                    {RunState.PARKED},
                    RunState.ACCEPTED,
                    remote_id=remote_id,
                    accepted_at=self._clock.now_ms(),
                    settled_at=None,
                    cost_micros=None,
                    cost_basis=None,
                    note=None,
                    **values,
                )
                book(db, run_id, at=self._clock.now_ms())
                enqueue(db, run_id)
                return True
        except sa.exc.IntegrityError as error:
            raise RemoteIdTaken(remote_id) from error

    # -- the API does not have it ----------------------------------------------------------------

    def note_denial(self, run_id: str, *, by: str) -> bool:
        """A person has asked the API, and it does not know the run."""
        with writing(self._engine) as db:
            if _parked(db, run_id) is None:
                return False
            tell(db, self._clock, run_id, ASKED, {"by": by, "answer": "not known"})
            return True

    def give_up(self, run_id: str, counts: Counts, *, by: str) -> bool:
        """Close the case of a run that waits for a decision, with what it is to count as.

        False when it does not wait any more, or when its cost is known and `counts` names another,
        or the other way round.
        """
        run = schema.run
        with writing(self._engine) as db:
            parked = _parked(db, run_id)
            if parked is None or parked.decided_at is not None:
                return False
            if (counts is Counts.KNOWN) is not (parked.cost_micros is not None):
                return False
            cost = parked.cost_micros
            values: dict[str, Any] = {"decided_at": self._clock.now_ms()}
            if counts is not Counts.KNOWN:
                cost = parked.estimate_micros if counts is Counts.ESTIMATE else 0
                values |= {"cost_micros": cost, "cost_basis": CostBasis.COMPUTED}
                self._count(db, run_id, None, cost)
            db.execute(run.update().where(run.c.id == run_id).values(**values))
            book(db, run_id, at=self._clock.now_ms())
            body = {"by": by, "counts": counts, "cost_micros": cost}
            tell(db, self._clock, run_id, GIVEN_UP, body)
            return True

    def undo(self, run_id: str, *, by: str) -> bool:
        """Take back that a run was given up: it waits for a decision again. False if it was not."""
        run = schema.run
        with writing(self._engine) as db:
            parked = _parked(db, run_id)
            if parked is None or parked.decided_at is None:
                return False
            values: dict[str, Any] = {"decided_at": None}
            if parked.cost_basis == CostBasis.COMPUTED:
                values |= {"cost_micros": None, "cost_basis": CostBasis.IN_DOUBT}
                self._count(db, run_id, parked.cost_micros, None)
            db.execute(run.update().where(run.c.id == run_id).values(**values))
            book(db, run_id, at=self._clock.now_ms())
            tell(db, self._clock, run_id, UNDONE, {"by": by})
            return True

    def _count(
        self,
        db: sa.Connection,
        run_id: str,
        before: int | None,
        now: int | None,
        *,
        reason: str = REASON,
    ) -> None:
        adjust(db, self._clock, run_id, from_micros=before, to_micros=now, reason=reason)


def _parked(db: sa.Connection, run_id: str) -> Any:
    """The row of a parked run, kept from others until the transaction ends; None if it is not."""
    run = schema.run
    query = sa.select(run.c.decided_at, run.c.cost_micros, run.c.cost_basis, run.c.estimate_micros)
    return db.execute(
        query.where(run.c.id == run_id, run.c.state == RunState.PARKED).with_for_update()
    ).one_or_none()

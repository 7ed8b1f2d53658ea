"""Deciding on parked runs: ask the API once more, name the API's run, or give the run up.

Nothing is ever sent from here. What the API turns out to have is taken up and queued, so that the
process that executes settles it as any other run, with its pictures and its cost.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.domain.clock import Clock
from lib.domain.decision import Answer, Counts, Outcome
from lib.domain.errors import ApiError, InputInvalid, NotAccepting, NotFound
from lib.domain.likeness import Difference, differences
from lib.domain.pasted_id import remote_id_in
from lib.domain.run import RemoteRun, Run, RunState
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.services.second_look import LOOKED_AT, look_for
from lib.store.decisions import ASKED, Decisions
from lib.store.entries import Attempt, RemoteIdTaken
from lib.store.records import Records

OUR_OWN_ID = (
    "This is Plantain's own id of a run, which the API has as its client_ref. "
    "Look for it in the Runflow dashboard, and paste the id that the run has there."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """A parked run and what is known of it.

    `denied_at` (ms UTC) is when a person asked last and the API did not know it.
    """

    run: Run
    attempts: tuple[Attempt, ...]
    denied_at: int | None


class DecisionService:
    """The decisions on the parked runs of one `origin`. `by` is the person who decides."""

    def __init__(
        self,
        *,
        decisions: Decisions,
        records: Records,
        client: Client,
        engine: Engine,
        clock: Clock,
        origin: str,
    ) -> None:
        self._decisions = decisions
        self._records = records
        self._client = client
        self._engine = engine
        self._clock = clock
        self._origin = origin

    # -- what waits ------------------------------------------------------------------------------

    def count(self) -> int:
        """How many runs wait for a decision."""
        return self._records.count_undecided(origin=self._origin)

    def waiting(self, limit: int) -> list[Run]:
        """The runs that wait for a decision, newest first; deleted ones too: they may have cost."""
        return self._records.undecided(origin=self._origin, limit=limit)

    def known_of(self, run: Run) -> OpenDecision:
        """All that is known of a parked run."""
        denials = [event.at for event in self._records.story(run.id) if event.kind == ASKED]
        return OpenDecision(run, tuple(self._records.attempts(run.id)), max(denials, default=None))

    # -- ask again -------------------------------------------------------------------------------

    def ask(self, run_id: str, *, by: str) -> Answer:
        """Ask the API about a parked run, by its id there and by ours; take it up if it is there.

        Takes some seconds when the API is slow.
        """
        run = self._parked(run_id)
        if run is None:
            return self._answer(Outcome.NOT_WAITING)
        try:
            sight = look_for(self._client, run)
        except ApiError as error:
            return self._answer(Outcome.NOT_ASKED, problem=str(error))
        if sight.ours:
            return self._take_up(run, sight.ours, by)
        if sight.doubtful is not None:
            return self._adopt(run, sight.doubtful, by, accepted=())
        self._decisions.note_denial(run.id, by=by)
        return self._answer(Outcome.NOT_KNOWN)

    def _take_up(self, run: Run, found: tuple[RemoteRun, ...], by: str) -> Answer:
        """Look after the first of `found` that is not another run's of ours."""
        if len(found) > 1:
            ids = ", ".join(remote.remote_id for remote in found)
            log.error("run %s exists %d times at the API: %s", run.id, len(found), ids)
        answer = self._answer(Outcome.NOT_KNOWN)
        for remote in found:
            answer = self._look_after(self._decisions.take_up, Outcome.FOUND, run, remote, by=by)
            if answer.outcome is not Outcome.ANOTHERS:
                break
        return answer

    # -- adopt by id -----------------------------------------------------------------------------

    def adopt(
        self, run_id: str, pasted: str, *, by: str, accepted: tuple[Difference, ...] = ()
    ) -> Answer:
        """Give a parked run the API's run that `pasted` names, by its id or an address with it.

        Where the two differ nothing is done until the same differences come back as `accepted`.
        """
        run = self._parked(run_id)
        if run is None:
            return self._answer(Outcome.NOT_WAITING)
        try:
            remote_id = remote_id_in(pasted)
        except InputInvalid as error:
            return self._answer(Outcome.REFUSED, problem=str(error))
        if self._records.find(remote_id) is not None:
            return self._answer(Outcome.REFUSED, problem=OUR_OWN_ID)
        try:
            remote = self._client.get_run(remote_id, patience=LOOKED_AT)
        except NotFound:
            return self._answer(Outcome.NOT_KNOWN, remote_id=remote_id)
        except ApiError as error:
            return self._answer(Outcome.NOT_ASKED, remote_id=remote_id, problem=str(error))
        return self._adopt(run, remote, by, accepted)

    def _adopt(
        self, run: Run, remote: RemoteRun, by: str, accepted: tuple[Difference, ...]
    ) -> Answer:
        owner = self._owner(remote)
        if owner is not None and owner.id != run.id:
            return self._answer(Outcome.ANOTHERS, remote_id=remote.remote_id, other=owner)
        found = differences(run, remote, catalogue_id=self._catalogue_id(run, remote))
        if found and found != accepted:
            return self._answer(Outcome.DIFFERS, remote_id=remote.remote_id, differences=found)
        fields = [difference.field for difference in found]
        return self._look_after(
            self._decisions.adopt, Outcome.ADOPTED, run, remote, by=by, differs=fields
        )

    def _owner(self, remote: RemoteRun) -> Run | None:
        """The run of ours that the API's run belongs to, by its id or by its `client_ref`."""
        known = self._records.find_remote(remote.remote_id, origin=self._origin)
        if known is None and remote.client_ref:
            known = self._records.find(remote.client_ref)
        return known

    def _catalogue_id(self, run: Run, remote: RemoteRun) -> str | None:
        """The API's own id of our run's model, where its run names one."""
        if not remote.model or "/" in remote.model:
            return None
        try:
            return self._client.model_row_id(run.model_id, patience=LOOKED_AT)
        except ApiError:
            return None

    def _look_after(
        self,
        write: Callable[..., bool],
        outcome: Outcome,
        run: Run,
        remote: RemoteRun,
        **values: Any,
    ) -> Answer:
        """Let `write` note that the run is the API's `remote`, and queue it."""
        remote_id = remote.remote_id
        try:
            self._engine.wait_until_open()
            done = write(
                run.id,
                remote_id,
                status=remote.status,
                enqueue=self._engine.enqueue_again,
                **values,
            )
        except NotAccepting as error:
            return self._answer(Outcome.REFUSED, remote_id=remote_id, problem=str(error))
        except RemoteIdTaken:
            other = self._records.find_remote(remote_id, origin=self._origin)
            return self._answer(Outcome.ANOTHERS, remote_id=remote_id, other=other)
        return self._answer(outcome if done else Outcome.NOT_WAITING, remote_id=remote_id)

    # -- give up ---------------------------------------------------------------------------------

    def give_up(self, run_id: str, counts: Counts, *, by: str) -> Answer:
        """Close the case, and count what the person says. It can be taken back."""
        done = self._parked(run_id) is not None and self._decisions.give_up(run_id, counts, by=by)
        return self._answer(Outcome.GIVEN_UP if done else Outcome.NOT_WAITING)

    def undo(self, run_id: str, *, by: str) -> Answer:
        """Take back that a run was given up: it waits for a decision again."""
        done = self._parked(run_id) is not None and self._decisions.undo(run_id, by=by)
        return self._answer(Outcome.UNDONE if done else Outcome.NOT_WAITING)

    def _parked(self, run_id: str) -> Run | None:
        """The run, if it is one of this origin's and parked."""
        run = self._records.find(run_id)
        is_parked = run is not None and run.state is RunState.PARKED
        return run if run and is_parked and run.origin == self._origin else None

    def _answer(self, outcome: Outcome, **told: Any) -> Answer:
        return Answer(outcome, self._clock.now_ms(), **told)

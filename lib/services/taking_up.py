"""Taking parked runs up again: what the API has of them, by its own word or by a person's.

Nothing is ever sent from here. What is taken up is queued in the same transaction, so that the
process that executes settles it as any other run, with its pictures and its cost.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lib.domain.clock import Clock
from lib.domain.decision import Answer, Outcome
from lib.domain.errors import ApiError, InputInvalid, NotFound, NotWritten
from lib.domain.likeness import Difference, differences
from lib.domain.pasted_id import remote_id_in
from lib.domain.run import RemoteRun, Run
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.services.remote_tags import client_ref_of
from lib.services.second_look import LOOKED_AT, look_for
from lib.store.decisions import Decisions
from lib.store.entries import RemoteIdTaken
from lib.store.records import Records

OUR_OWN_ID = (
    "This is Plantain's own id of a run, which the API has as its client_ref. "
    "Look for it in the Runflow dashboard, and paste the id that the run has there."
)

log = logging.getLogger(__name__)


class TakingUp:
    """Looks for parked runs at the API of one `origin`. `by` is the person who asks.

    Each method takes some seconds when the API is slow, and raises NotAccepting or NotWritten when
    a run that was found cannot be taken up now.
    """

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

    def ask(self, run: Run, *, by: str) -> Answer:
        """Ask about a run by its id at the API and by ours, and take up what is there."""
        try:
            sight = look_for(self._client, run)
        except ApiError as error:
            return self._answer(Outcome.NOT_ASKED, problem=str(error))
        if sight.ours:
            return self._take_up(run, sight.ours, by)
        if sight.doubtful is not None:
            return self._compare(run, sight.doubtful, by, accepted=())
        with suppress(NotWritten):  # the answer is worth telling also when it cannot be kept
            self._decisions.note_denial(run.id, by=by)
        return self._answer(Outcome.NOT_KNOWN)

    def adopt(self, run: Run, pasted: str, *, by: str, accepted: tuple[Difference, ...]) -> Answer:
        """Give the run the API's run that `pasted` names, by its id or an address with it.

        Where the two differ nothing is done until the same differences come back as `accepted`.
        """
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
        return self._compare(run, remote, by, accepted)

    # -- what was found --------------------------------------------------------------------------

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

    def _compare(
        self, run: Run, remote: RemoteRun, by: str, accepted: tuple[Difference, ...]
    ) -> Answer:
        """Look after what a person named, if it is nobody else's and not otherwise than shown."""
        remote = replace(remote, client_ref=client_ref_of(remote))
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
        self._engine.wait_until_open()
        try:
            done = write(
                run.id,
                remote_id,
                status=remote.status,
                enqueue=self._engine.enqueue_again,
                **values,
            )
        except RemoteIdTaken:
            other = self._records.find_remote(remote_id, origin=self._origin)
            return self._answer(Outcome.ANOTHERS, remote_id=remote_id, other=other)
        return self._answer(outcome if done else Outcome.NOT_WAITING, remote_id=remote_id)

    def _answer(self, outcome: Outcome, **told: Any) -> Answer:
        return Answer(outcome, self._clock.now_ms(), **told)

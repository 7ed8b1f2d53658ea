"""Bringing an accepted run to its end: ask the API, and when it has ended, keep what it made.

Polls and callbacks only say "look"; the truth is the run as the API tells it. Looking is safe to
repeat: the ledger moves a run to its end once, with its pictures and its cost together.
"""

import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from lib.domain.errors import ApiError, NotFound, NotWritten
from lib.domain.output import Artifact
from lib.domain.run import CostBasis, Failure, Picture, RemoteRun, Run, RunState, Status
from lib.images.errors import NotKept
from lib.runflow.api import Client
from lib.runflow.download import DownloadBlocked, DownloadExpired
from lib.runflow.retry import ONE_TRY
from lib.runflow.wire import client_ref_sent
from lib.services.ballast import NO_BALLAST, Ballast
from lib.services.keeping import Keeping
from lib.services.pace import Pace
from lib.services.run_cost import cost_of
from lib.store.ledger import Ledger
from lib.store.records import Records

LONGEST_TEXT_IN_BODY = 2_000

log = logging.getLogger(__name__)


class Settlement:
    """Looks after runs that the API has accepted."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        client: Client,
        keeping: Keeping,
        pace: Pace,
        ballast: Ballast = NO_BALLAST,
    ) -> None:
        self._ledger = ledger
        self._records = records
        self._client = client
        self._keeping = keeping
        self._pace = pace
        self._ballast = ballast
        self._bad_since: dict[str, float] = {}
        self._in_hand: set[str] = set()
        self._in_hand_lock = threading.Lock()

    def look(self, run_id: str) -> bool:
        """Ask about a run once. True when there is nothing more to look for.

        Raises ApiError when the API, or a picture's address, does not answer as it should, and
        NotKept and NotWritten when the disk does not take what came.
        """
        with self._in_hand_lock:
            if run_id in self._in_hand:
                return False
            self._in_hand.add(run_id)
        try:
            is_over = self._look(run_id)
            if is_over:
                self._bad_since.pop(run_id, None)
            return is_over
        finally:
            self._in_hand.discard(run_id)

    def _look(self, run_id: str) -> bool:
        run = self._records.find(run_id)
        if run is None or run.state is not RunState.ACCEPTED or run.remote_id is None:
            return True
        try:
            remote = self._client.get_run(run.remote_id, patience=ONE_TRY)
        except NotFound:
            return self._is_denied(run)
        if not is_answer_about(run, remote):
            return self._is_anothers(run)
        if remote.is_terminal:
            return self._end(run, remote)
        self._note_progress(run, remote)
        return False

    def _note_progress(self, run: Run, remote: RemoteRun) -> None:
        self._bad_since.pop(run.id, None)
        if run.status != remote.status or run.note:
            self._note(run, status=remote.status, note=None)

    def _note(self, run: Run, **values: Any) -> None:
        """Write down what is good to know. A full disk must not keep the run from its end."""
        with suppress(NotWritten):
            self._ledger.note(run.id, **values)

    def _is_anothers(self, run: Run) -> bool:
        """The id that the API gave leads to another run: by mistake once, or for good."""
        if self._is_hopeless(run, self._pace.times.empty_for_ms):
            return self._park(run, None, "The API accepted this run under the id of another one.")
        self._note(run, note="The API answered with another run; asking again.")
        return False

    def _is_denied(self, run: Run) -> bool:
        if not self._is_hopeless(run, self._pace.times.unreadable_for_ms):
            return False
        return self._park(run, None, "The API accepted this run and does not know it any more.")

    # -- ends ------------------------------------------------------------------------------------

    def _end(self, run: Run, remote: RemoteRun) -> bool:
        if remote.has_succeeded:
            return self._keep(run, remote)
        if remote.status == Status.CANCELED:
            return self._finish(run, remote, RunState.CANCELED, failure=remote.failure)
        failure = remote.failure or Failure(None, "The API gave no reason.")
        return self._finish(run, remote, RunState.FAILED, failure=failure)

    def _keep(self, run: Run, remote: RemoteRun) -> bool:
        if run.status != remote.status:
            self._note(run, status=remote.status, note="Fetching the pictures.")
        if not remote.output.outputs:
            return self._is_empty(run, remote)
        try:
            pictures = self._pictures(run, remote)
        except DownloadBlocked as error:
            return self._park(run, remote, f"A picture was not fetched: {error}")
        except ApiError as error:
            if not self._is_hopeless(run, self._pace.times.unreadable_for_ms):
                self._note(run, note=str(error))
                raise
            return self._park(run, remote, f"The pictures could not be fetched: {error}")
        except NotKept as error:
            # They are paid for and stay at the API: it is tried for as long as the disk is full.
            if run.note != str(error):
                self._note(run, note=str(error))
            raise
        return self._finish(run, remote, RunState.STORED, pictures=pictures)

    def _pictures(self, run: Run, remote: RemoteRun) -> tuple[Picture, ...]:
        return tuple(
            self._picture(run, index, artifact)
            for index, artifact in enumerate(remote.output.outputs)
        )

    def _picture(self, run: Run, index: int, artifact: Artifact) -> Picture:
        try:
            return self._keeping.keep(index, artifact)
        except DownloadExpired:
            # Addresses expire; each reading of the run signs them anew.
            again = self._client.get_run(str(run.remote_id), patience=ONE_TRY)
            if index >= len(again.output.outputs):
                raise
            return self._keeping.keep(index, again.output.outputs[index])

    def _is_empty(self, run: Run, remote: RemoteRun) -> bool:
        """Succeeded, without pictures: they may follow in a moment; else it is a person's case."""
        if not self._is_hopeless(run, self._pace.times.empty_for_ms):
            return False
        return self._park(run, remote, "The API says it succeeded, but delivered no pictures.")

    def _park(self, run: Run, remote: RemoteRun | None, note: str) -> bool:
        log.warning("run %s is parked: %s", run.id, note)
        if remote is not None:
            return self._finish(run, remote, RunState.PARKED, note=note)
        return self._ballast.for_note(
            lambda: self._ledger.finish(
                run.id, RunState.PARKED, cost_basis=CostBasis.IN_DOUBT, note=note
            )
        )

    def _finish(
        self,
        run: Run,
        remote: RemoteRun,
        state: RunState,
        *,
        pictures: tuple[Picture, ...] = (),
        failure: Failure | None = None,
        note: str | None = None,
    ) -> bool:
        cost_micros, basis = cost_of(
            run, remote, state, self._records.prices(run.price_version), delivered=len(pictures)
        )
        finish = partial(
            self._ledger.finish,
            run.id,
            state,
            pictures=pictures,
            failure=failure,
            note=note,
            status=remote.status,
            cost_micros=cost_micros,
            cost_basis=basis,
            duration_ms=remote.duration_ms,
            nsfw_detected=remote.output.nsfw_detected,
            seed_used=remote.output.seed,
            timing=remote.output.timing,
            model_data=remote.output.model_data,
            remote_body=shortened(remote.body),
        )
        self._ballast.for_note(finish)
        return True

    def _is_hopeless(self, run: Run, after_ms: int) -> bool:
        """Whether to give up on a run after that time. One bad answer alone never means that.

        It has to be bad for a while, and nothing good may come in between: an API that forgets for
        a moment would else bring a run of some age to a person at once.
        """
        now = self._pace.monotonic_ms()
        is_bad_for_ms = now - self._bad_since.setdefault(run.id, now)
        is_old = self._pace.now() - (run.accepted_at or run.created_at) > after_ms
        return is_old and is_bad_for_ms >= self._pace.times.empty_for_ms


def is_answer_about(run: Run, remote: RemoteRun) -> bool:
    """Whether an answer is about this run, and not about another one by mistake.

    A person who gave the run its remote id has seen whose `client_ref` it carries. A run that was
    made elsewhere, and not by a Plantain, is known by the API's id alone.
    """
    if remote.remote_id != run.remote_id:
        return False
    if run.adopted_at is not None and client_ref_sent(run.request_body) != run.id:
        return True
    if run.decided_at is not None and run.state is not RunState.PARKED:
        return True
    return remote.client_ref in (None, run.id)


def shortened(body: Any) -> Any:
    """The API's answer without what is kept elsewhere: a picture inside it becomes a short note."""
    if isinstance(body, Mapping):
        return {key: shortened(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [shortened(value) for value in body]
    if isinstance(body, str) and body.startswith("data:") and len(body) > LONGEST_TEXT_IN_BODY:
        return f"{body[:40]}… ({len(body):,} characters, kept as a picture)"
    return body

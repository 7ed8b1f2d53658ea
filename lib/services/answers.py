"""What the answer to a paid request leads to, noted in the ledger before anything else is done.

A full disk does not keep an answer from being noted: there is a ballast to give back. What cannot
be noted even then is kept in mind until it can, and said on standard error, which may be kept
elsewhere.
"""

import logging
import sys
from functools import partial

from lib.domain.errors import AnswerLost, ApiError, ApiRefused, Conflict, NotWritten
from lib.domain.run import Failure, RemoteRun, Run
from lib.services.ballast import Ballast
from lib.services.pace import Pace
from lib.store.entries import Attempt, RemoteIdTaken
from lib.store.ledger import Ledger

DEFINITE_REFUSALS = frozenset({400, 401, 402, 403, 404, 422})
"""Answers that say for certain: not taken, not charged. Every other one leaves a doubt."""

log = logging.getLogger(__name__)


class Answers:
    """Notes answers. Each method raises NotWritten when the ledger does not take it."""

    def __init__(self, *, ledger: Ledger, pace: Pace, ballast: Ballast) -> None:
        self._ledger = ledger
        self._pace = pace
        self._ballast = ballast
        self._not_noted: dict[str, RemoteRun] = {}

    def accepted(self, run: Run, remote: RemoteRun) -> None:
        """The API has it."""
        accept = partial(self._ledger.accept, run.id, remote.remote_id, status=remote.status)
        try:
            self._ballast.for_note(accept)
        except NotWritten as error:
            self._keep_in_mind(run, remote, error)
            raise
        except RemoteIdTaken:
            log.error("run %s: the API gave it the id of another run", run.id)
            self._in_doubt(run, "The API answered with the id of another run.")

    def not_noted(self, run_id: str) -> RemoteRun | None:
        """What `accepted` could not note of a run that is being sent."""
        return self._not_noted.get(run_id)

    def forget(self, run_id: str) -> None:
        """The run is not being sent any more: what there was to note stands in the ledger."""
        self._not_noted.pop(run_id, None)

    def refused(self, run: Run, error: ApiRefused) -> None:
        """The API said no; or said something that may mean anything."""
        if error.http_status not in DEFINITE_REFUSALS:
            return self._in_doubt(run, str(error), http_status=error.http_status)
        refuse = partial(
            self._ledger.refuse,
            run.id,
            Failure(error.code, error.api_message),
            http_status=error.http_status,
            due_at=self._pace.soon(),
        )
        self._ballast.for_note(refuse)
        return None

    def lost(self, run: Run, error: ApiError) -> None:
        """No answer came that could be read."""
        http_status = error.http_status if isinstance(error, AnswerLost) else None
        self._in_doubt(run, str(error), http_status=http_status)

    def not_now(self, run: Run, attempt: Attempt, error: ApiRefused) -> None:
        """The API said so itself, so no request of ours is under way: a backoff is quiet enough.

        But not after a conflict, which can mean that the first request is still being worked on.
        """
        asked_for = self._pace.now() + round((error.retry_after_s or 0) * 1000)
        backoff = max(self._pace.after_backoff(attempt.fence), asked_for)
        self._ledger.lose_answer(
            run.id,
            outcome="not now",
            note=error.api_message,
            http_status=error.http_status,
            quiet_until=None if isinstance(error, Conflict) else backoff,
            due_at=self._pace.soon(),
        )

    def _in_doubt(self, run: Run, note: str, *, http_status: int | None = None) -> None:
        lose = partial(
            self._ledger.lose_answer,
            run.id,
            outcome="answer lost",
            note=note,
            http_status=http_status,
            due_at=self._pace.soon(),
        )
        self._ballast.for_note(lose)

    def _keep_in_mind(self, run: Run, remote: RemoteRun, error: NotWritten) -> None:
        if run.id not in self._not_noted:
            sys.stderr.write(
                f"plantain: the API accepted run {run.id} as {remote.remote_id!a}, "
                f"and that could not be noted yet. {error}\n"
            )
            sys.stderr.flush()
        self._not_noted[run.id] = remote

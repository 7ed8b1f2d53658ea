"""What to do about a run of which nobody can say whether the API took it: ask, and only ask.

The API is asked at once and again, since a run that was taken is found within a moment. Only when
it has said "not known" twice after the quiet time may the run be sent once more.

What came back with a backup is never sent at all: it may have been sent, paid for and lived through
since the backup was made. What an earlier life of Plantain has left queued is asked about once.
"""

import logging
from collections import Counter
from enum import Enum, auto
from functools import partial

from lib.domain.errors import ApiError
from lib.domain.run import CostBasis, RemoteRun, Run, RunState
from lib.runflow.api import Client
from lib.runflow.retry import ONE_TRY
from lib.services.ballast import NO_BALLAST, Ballast
from lib.services.pace import Pace
from lib.store.entries import Attempt, RemoteIdTaken
from lib.store.ledger import Ledger
from lib.store.records import Records

DENIALS_BEFORE_RESEND = 2
CAME_BACK = (
    "It came back with a backup that was made while it was open, and the API does not know it. "
    "It is not sent again by itself: use its settings for a new run, or give it up."
)

log = logging.getLogger(__name__)


class Verdict(Enum):
    """What asking led to."""

    ADOPTED = auto()
    """The API has the run, and the ledger knows it now."""
    WAIT = auto()
    """Not known yet: ask again when the run is due."""
    SEND = auto()
    """The API does not have it: the same request may be sent."""
    PARKED = auto()
    """A person has to decide."""


class Doubt:
    """Looks into runs whose state is unknown."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        client: Client,
        pace: Pace,
        ballast: Ballast = NO_BALLAST,
    ) -> None:
        self._ledger = ledger
        self._records = records
        self._client = client
        self._pace = pace
        self._ballast = ballast
        self._first_looked: dict[str, tuple[int, float]] = {}
        self._unanswered: Counter[str] = Counter()

    def look_into(self, run: Run) -> Verdict:
        """Ask the API whether it has the run, and note what it says."""
        attempt = self._records.last_attempt(run.id)
        quiet_left_ms = self._quiet_left_ms(attempt) if attempt else 0
        try:
            found = self._client.find_by_client_ref(run.id, patience=ONE_TRY)
        except ApiError as error:
            self._ledger.note(run.id, due_at=self._next_try(run), note=str(error))
            return Verdict.WAIT
        return self._adopt(run, found) if found else self._is_denied(run, attempt, quiet_left_ms)

    def forget(self, run_id: str) -> None:
        """There is no doubt about the run any more."""
        self._first_looked.pop(run_id, None)

    def ask_first(self, run: Run) -> Verdict:
        """Ask whether the API has a run that is queued here, as a folder copied by hand may say."""
        try:
            found = self._client.find_by_client_ref(run.id, patience=ONE_TRY)
        except ApiError as error:
            self._unanswered[run.id] += 1
            due_at = self._pace.after_backoff(self._unanswered[run.id])
            self._ledger.note(run.id, due_at=due_at, note=str(error))
            return Verdict.WAIT
        self._unanswered.pop(run.id, None)
        if not found:
            return Verdict.SEND
        # From `queued` the ledger knows one way on. Whoever dies in between asks again.
        if self._ledger.intend(run.id, quiet_ms=self._pace.quiet_ms(run.fence)) is None:
            return Verdict.WAIT
        return self._adopt(run, found)

    def park(self, run: Run, note: str) -> Verdict:
        """Leave the run to a person: it may have been charged."""
        self._ledger.finish(
            run.id,
            RunState.PARKED,
            from_states={RunState.UNKNOWN},
            cost_basis=CostBasis.IN_DOUBT,
            note=note,
        )
        return Verdict.PARKED

    def _adopt(self, run: Run, found: tuple[RemoteRun, ...]) -> Verdict:
        if len(found) > 1:
            ids = ", ".join(remote.remote_id for remote in found)
            log.error("run %s exists %d times at the API: %s", run.id, len(found), ids)
        oldest = min(found, key=lambda remote: (remote.created_at or "", remote.remote_id))
        accept = partial(self._ledger.accept, run.id, oldest.remote_id, status=oldest.status)
        try:
            self._ballast.for_note(accept)
        except RemoteIdTaken:
            return self.park(run, f"The API names its run {oldest.remote_id} for two of ours.")
        return Verdict.ADOPTED

    def _is_denied(self, run: Run, attempt: Attempt | None, quiet_left_ms: int) -> Verdict:
        times, now = self._pace.times, self._pace.now()
        if run.restored_at is None and self._pace.age(run) > times.resend_for_ms:
            return self.park(
                run, "The API does not know this run, and it is too old to be sent again safely."
            )
        is_quiet = quiet_left_ms <= 0
        due_at = now + times.ask_again_ms
        if attempt and not is_quiet:
            wait = self._pace.growing(attempt.intended_at, times.ask_again_ms)
            due_at = now + min(wait, quiet_left_ms)
        denials = self._ledger.ask_in_vain(run.id, due_at=due_at, counts=is_quiet)
        if denials < DENIALS_BEFORE_RESEND:
            return Verdict.WAIT
        return Verdict.SEND if run.restored_at is None else self.park(run, CAME_BACK)

    def _quiet_left_ms(self, attempt: Attempt) -> int:
        """For how long the attempt's request may still arrive.

        Counted from when this process first looked into it, by the clock that nobody sets: wall
        time may have been set since the intent, and would then end the quiet too early, or never.
        """
        now = self._pace.monotonic_ms()
        fence, since = self._first_looked.get(attempt.run_id, (attempt.fence, now))
        if fence != attempt.fence:
            since = now
        self._first_looked[attempt.run_id] = (attempt.fence, since)
        return round(attempt.quiet_until - attempt.intended_at - (now - since))

    def _next_try(self, run: Run) -> int:
        """When to ask again an API that could not be asked."""
        attempt = self._records.last_attempt(run.id)
        since = attempt.intended_at if attempt else run.created_at
        return self._pace.now() + self._pace.growing(since, self._pace.times.longest_backoff_ms)

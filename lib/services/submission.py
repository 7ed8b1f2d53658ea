"""Sending a run so that it is paid for once: intent, guard, one POST, and what follows from it.

The intent is on disk before a byte leaves. A definite refusal ends the run, free. After any doubt
nothing is sent again until the API was asked and a quiet time has passed, and then only the same
bytes under the same idempotency key, so that an API that took the first request replays its answer.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

from lib.domain.errors import (
    ApiError,
    ApiRefused,
    Conflict,
    ModelUnavailable,
    NeverSent,
    NotWritten,
    TooManyRequests,
)
from lib.domain.run import CostBasis, Failure, Run, RunState
from lib.runflow.api import Client
from lib.services.answers import Answers
from lib.services.ballast import NO_BALLAST, Ballast
from lib.services.doubt import Doubt, Verdict
from lib.services.pace import Pace
from lib.services.room import Room
from lib.store.earlier_lives import EarlierLives
from lib.store.entries import Attempt
from lib.store.ledger import Ledger
from lib.store.records import Records
from lib.store.restored import put_in_doubt

LOOK_AGAIN_S = 30.0
HELD_BACK = "Not sent now."
HELD_BACK_S = 3.0
"""How soon a run that is held back is tried again."""
IN_OTHER_HANDS_S = 1.0
MOST_OPEN_RUNS = 100
"""As many as can be set."""


class Submission:
    """Brings a run from the queue to the API, or to a definite end.

    `advance` is safe to call again at any time, by anyone: it reads the ledger and does what is
    next. `on_accepted` is told of each run that the API has. While `why_not_send` has a reason,
    nothing is sent, nor without `room`; what was sent before is looked after all the same. Runs of
    another `origin` are left as they are: what was clicked as play is never sent to an API for
    money, nor the other way round.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        client: Client,
        pace: Pace,
        origin: str,
        on_accepted: Callable[[str], None],
        why_not_send: Callable[[], str | None] = lambda: None,
        ballast: Ballast = NO_BALLAST,
        room: Room | None = None,
    ) -> None:
        self._ledger = ledger
        self._room = room or Room(records, origin=origin, most=MOST_OPEN_RUNS)
        self._records = records
        self._client = client
        self._pace = pace
        self._origin = origin
        self._on_accepted = on_accepted
        self._why_not_send = why_not_send
        self._doubt = Doubt(
            ledger=ledger, records=records, client=client, pace=pace, ballast=ballast
        )
        self._answers = Answers(ledger=ledger, pace=pace, ballast=ballast)
        self._earlier_lives = EarlierLives(records, origin=origin)
        self._in_hand: set[str] = set()
        self._in_hand_lock = threading.Lock()

    def advance(self, run_id: str) -> float | None:
        """Do what is next. Returns the seconds until there may be more, None at the end."""
        if not self._take(run_id):
            return IN_OTHER_HANDS_S
        try:
            return self._next(run_id)
        finally:
            self._in_hand.discard(run_id)

    def _take(self, run_id: str) -> bool:
        """Whether this caller alone has the run in hand."""
        with self._in_hand_lock:
            if run_id in self._in_hand:
                return False
            self._in_hand.add(run_id)
            return True

    def _next(self, run_id: str) -> float | None:
        run = self._records.find(run_id)
        if run is None or run.state is not RunState.UNKNOWN:
            self._doubt.forget(run_id)
        if run is None or run.state is not RunState.SENDING:
            self._answers.forget(run_id)
        if run is None or run.state is not RunState.QUEUED:
            self._room.leave(run_id)
        if run is None or run.origin != self._origin or run.state.is_terminal:
            return None
        if run.state is RunState.ACCEPTED:
            return self._hand_over(run_id)
        if run.state is RunState.SENDING:
            return self._after_sending(run)
        wait = self._pace.seconds_until(run.due_at)
        if wait > 0:
            return wait
        return self._look_into(run) if run.state is RunState.UNKNOWN else self._begin(run)

    def _after_sending(self, run: Run) -> float:
        """The answer came and could not be noted; or this process never got to see one."""
        remote = self._answers.not_noted(run.id)
        if remote is None:
            return self._interrupted(run.id)
        self._answers.accepted(run, remote)
        return 0.0

    def _hand_over(self, run_id: str) -> float:
        self._on_accepted(run_id)
        return LOOK_AGAIN_S

    def _interrupted(self, run_id: str) -> float:
        """A process ended, or was frozen, between the intent and the answer."""
        self._ledger.lose_answer(
            run_id,
            outcome="interrupted",
            note="Plantain was interrupted while it sent this run.",
            due_at=self._pace.now(),
        )
        return 0.0

    def _look_into(self, run: Run) -> float | None:
        match self._doubt.look_into(run):
            case Verdict.ADOPTED:
                return self._hand_over(run.id)
            case Verdict.SEND:
                return self._send(run)
            case Verdict.WAIT | Verdict.PARKED:
                return 0.0

    def _begin(self, run: Run) -> float | None:
        """Send a queued run, unless its ledger may know less of it than the API does."""
        if run.restored_at is not None:
            quiet_ms = self._pace.quiet_ms(run.fence)
            put_in_doubt(self._ledger, run.id, quiet_ms=quiet_ms, due_at=self._pace.now())
            return 0.0
        if self._earlier_lives.has_left(run):
            return self._ask_first(run)
        return self._send(run)

    def _ask_first(self, run: Run) -> float | None:
        verdict = self._doubt.ask_first(run)
        if verdict is Verdict.WAIT:
            return 0.0
        self._earlier_lives.asked(run.id)
        return self._send(run) if verdict is Verdict.SEND else 0.0

    # -- sending ---------------------------------------------------------------------------------

    def _send(self, run: Run) -> float | None:
        if self._pace.age(run) > self._pace.times.resend_for_ms:
            return self._too_old(run)
        reason = self._why_not_send()
        if reason is not None:
            return self._hold_back(run, reason)
        with self._room.for_one(run) as has_room:
            quiet_ms = self._pace.quiet_ms(run.fence)
            attempt = self._ledger.intend(run.id, quiet_ms=quiet_ms) if has_room else None
        if not has_room:
            return self._room.wait(run.id, self.advance)
        if attempt is None:
            return 0.0
        if not self._may_send(attempt):
            return self._interrupted(run.id)
        return self._post(run, attempt)

    def _hold_back(self, run: Run, reason: str) -> float:
        """Leave the run where it is, and say why on it: once, since the disk may be full."""
        if not (run.note or "").startswith(HELD_BACK):
            with suppress(NotWritten):
                self._ledger.note(run.id, note=f"{HELD_BACK} {reason}")
        return HELD_BACK_S

    def _may_send(self, attempt: Attempt) -> bool:
        """The last look before the bytes leave: the intent is young and still ours.

        Two clocks, since one may stand still while the machine sleeps and the other may jump.
        """
        if not self._ledger.may_send(attempt):
            return False
        by_wall = self._pace.now() - attempt.intended_at
        by_monotonic = self._pace.monotonic_ms() - attempt.begun_s * 1000
        return 0 <= by_wall < self._pace.times.send_within_ms > by_monotonic

    def _post(self, run: Run, attempt: Attempt) -> float | None:
        try:
            remote = self._client.create_run(run.model_id, run.request_body, idempotency_key=run.id)
        except NeverSent as error:
            due_at = self._pace.after_backoff(attempt.fence)
            self._ledger.wait_to_send(run.id, due_at=due_at, note=str(error))
        except (Conflict, TooManyRequests, ModelUnavailable) as error:
            self._answers.not_now(run, attempt, error)
        except ApiRefused as error:
            self._answers.refused(run, error)
        except ApiError as error:
            self._answers.lost(run, error)
        else:
            self._answers.accepted(run, remote)
        return 0.0

    def _too_old(self, run: Run) -> float | None:
        """Free when nothing ever left this machine; a person's decision otherwise."""
        if run.state is RunState.UNKNOWN:
            self._doubt.park(run, "Its answer was lost, and it is too old to be sent again.")
            return None
        self._ledger.finish(
            run.id,
            RunState.FAILED,
            from_states={RunState.QUEUED},
            failure=Failure(None, "It could not be sent for too long: send it anew."),
            cost_micros=0,
            cost_basis=CostBasis.CONFIRMED,
        )
        return None

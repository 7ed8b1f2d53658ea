"""Audits: once an hour, and when someone asks, the API's list is compared with the ledger.

It is the net below everything else: what a lost database, a restored backup or a script on the same
key has made is charged all the same, so it belongs into the ledger.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.domain.audit import Adjustment, Audit, Difference
from lib.domain.clock import Clock
from lib.domain.errors import PlantainError
from lib.runflow.api import Client
from lib.services.auditor import Auditor, Stopped
from lib.services.hints import Hint, Hints
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from lib.store.records import Records

FIRST_AFTER_S = (8.0, 15.0)
"""The first audit comes so long after the start, between these."""
AGAIN_AFTER_S = (3_300.0, 3_900.0)
AFTER_PROBLEM_S = (540.0, 660.0)
"""Sooner after an audit that was not complete."""
BETWEEN_LOOKS_S = 0.25
"""Adopted runs are looked at so far apart, so that those of people who wait come in between."""
SHOWN = 20
STOP_PATIENCE_S = 2.0

Watch = Callable[[str, float], object]
"""Looks after a run of that id, after so many seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditState:
    """How audits are doing. `counted` is how far the one that `is_running` has come."""

    is_running: bool
    counted: int
    last: Audit | None
    differences: Sequence[Difference]


class AuditService:
    """Makes the audits of one `origin`, in the process that executes. Any process can show them.

    `afterwards` is done after each.
    """

    def __init__(
        self,
        *,
        audits: Audits,
        reconciliation: Reconciliation,
        decisions: Decisions,
        records: Records,
        client: Client,
        clock: Clock,
        origin: str,
        afterwards: Callable[[], None] = lambda: None,
    ) -> None:
        self._audits = audits
        self._reconciliation = reconciliation
        self._clock = clock
        self._auditor = Auditor(
            audits=audits,
            reconciliation=reconciliation,
            decisions=decisions,
            records=records,
            client=client,
            clock=clock,
            origin=origin,
            watch=self._look_later,
        )
        self._afterwards = afterwards
        self._watch: Watch = _leave_it_to_another_process
        self._next_look_s = 0.0
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._hints = Hints()
        self._is_requested = False
        self._is_stopped = False

    # -- from outside ----------------------------------------------------------------------------

    def start(self, watch: Watch) -> None:
        """Look after what was adopted and is still open, and audit from now on."""
        self._watch = watch
        for run_id in self._reconciliation.open_adopted():
            self._look_later(run_id)
        self._thread = threading.Thread(target=self._loop, name="audit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more. An audit that is under way is left where it stands."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        self._auditor.stop()
        if self._thread is not None:
            self._thread.join(STOP_PATIENCE_S)

    def request(self) -> bool:
        """Have an audit made now, unless one is under way; False where another process makes them."""
        with self._changed:
            if self._thread is None:
                return False
            if self._auditor.tally is None:
                self._is_requested = True
                self._changed.notify_all()
            return True

    def look_at(self, remote_id: str) -> None:
        """The API has told of a run that the ledger does not know: see about it soon."""
        self._see_about(Hint(remote_id=remote_id))

    def ask_again(self, run_id: str) -> None:
        """The API has told of a run of ours that is parked: ask it soon, as an audit would."""
        self._see_about(Hint(run_id=run_id))

    def state(self) -> AuditState:
        """How audits are doing."""
        tally = self._auditor.tally
        return AuditState(
            is_running=self._is_requested or tally is not None,
            counted=0 if tally is None else tally.counted,
            last=self._audits.last(),
            differences=self._audits.differences(SHOWN),
        )

    def adjustments(self, run_id: str) -> list[Adjustment]:
        """How the cost of a run was changed after it had been counted."""
        return self._audits.adjustments(run_id)

    # -- within ----------------------------------------------------------------------------------

    def _look_later(self, run_id: str) -> None:
        now_s = self._clock.monotonic_s()
        self._next_look_s = max(now_s, self._next_look_s + BETWEEN_LOOKS_S)
        self._watch(run_id, self._next_look_s - now_s)

    def _see_about(self, hint: Hint) -> None:
        with self._changed:
            if self._thread is not None and self._hints.tell(hint, self._clock.monotonic_s()):
                self._changed.notify_all()

    def _loop(self) -> None:
        due_s = self._clock.monotonic_s() + random.uniform(*FIRST_AFTER_S)
        while self._wait_until(due_s):
            with self._changed:
                hint = self._hints.take(self._clock.monotonic_s())
            if hint is not None:
                self._follow(hint)
            else:
                due_s = self._clock.monotonic_s() + random.uniform(*self._audit())
                self._do_the_rest()

    def _wait_until(self, due_s: float) -> bool:
        """Wait for the next audit, or for something that comes sooner; False at the end."""
        with self._changed:
            while not (self._is_stopped or self._is_requested):
                hint_s = self._hints.due_s()
                until_s = due_s if hint_s is None else min(due_s, hint_s)
                wait_s = until_s - self._clock.monotonic_s()
                if wait_s <= 0:
                    break
                self._changed.wait(wait_s)
            return not self._is_stopped

    def _audit(self) -> tuple[float, float]:
        """Make one; returns between what and what the next one may wait, in seconds."""
        try:
            audit = self._auditor.audit()
        except Stopped:
            return AGAIN_AFTER_S
        except PlantainError as error:
            log.warning("the audit came to no end: %s", error)
            return AFTER_PROBLEM_S
        except Exception:
            if not self._is_stopped:  # else it is the end that took away what it needs
                log.exception("the audit failed; it will be made again")
            return AFTER_PROBLEM_S
        finally:
            self._is_requested = False
        if audit.problem is None:
            return AGAIN_AFTER_S
        log.warning("the audit is not complete: %s", audit.problem)
        return AFTER_PROBLEM_S

    def _do_the_rest(self) -> None:
        """What else is compared with the API from time to time."""
        try:
            self._afterwards()
        except Exception:
            if not self._is_stopped:
                log.exception("what follows an audit failed; it will be done again")

    def _follow(self, hint: Hint) -> None:
        try:
            self._auditor.follow(hint)
        except PlantainError as error:
            log.info("%s, which the API told of, could not be read: %s", hint, error)
        except Exception:
            log.exception("%s, which the API told of, is left to the next audit", hint)


def _leave_it_to_another_process(_run_id: str, _after_s: float) -> None:
    """Whoever executes looks after it."""

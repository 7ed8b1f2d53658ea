"""What an audit changes in the ledger, and its count of that.

Every change looks again, in its own transaction, whether it still holds; only what was changed
counts.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lib.domain.clock import Clock
from lib.domain.run import RemoteRun
from lib.services.adoption import adopted
from lib.services.remote_tags import client_ref_of
from lib.store.decisions import Decisions
from lib.store.entries import RemoteIdTaken
from lib.store.reconciliation import Known, Reconciliation

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What has been counted so far; the words are those of `Audit`."""

    counted: int = 0
    adopted: int = 0
    found: int = 0
    missing: int = 0
    different: int = 0
    difference_micros: int = 0
    others: int = 0
    others_micros: int = 0
    problems: list[str] = field(default_factory=list)


class AuditChanges:
    """Writes what has come out. `watch` is told of each run that has to be looked after."""

    def __init__(
        self,
        *,
        reconciliation: Reconciliation,
        decisions: Decisions,
        clock: Clock,
        watch: Callable[[str], None],
    ) -> None:
        self._reconciliation = reconciliation
        self._decisions = decisions
        self._clock = clock
        self._watch = watch
        self.tally = Tally()

    # -- runs that the API has -------------------------------------------------------------------

    def adopt(self, remote: RemoteRun, model_id: str, *, is_anew: bool) -> None:
        """Put a run into the ledger that was made elsewhere."""
        client_ref = client_ref_of(remote)
        told = {"client_ref": client_ref} if client_ref else {}
        self._adopt(remote, model_id, told, is_anew=is_anew)

    def adopt_beside(self, ours: Known, remote: RemoteRun, why: str) -> None:
        """Put a run into the ledger that the API took beside one of ours: it was charged as well."""
        told = {"why": why, "beside": ours.id}
        if self._adopt(remote, ours.model_id, told, is_anew=True):
            log.error("%s At the API it is run %s, which was charged.", why, remote.remote_id)

    def _adopt(
        self, remote: RemoteRun, model_id: str, told: Mapping[str, str], *, is_anew: bool
    ) -> bool:
        now = self._clock.now_ms()
        prices_at = self._reconciliation.prices_at
        made_for = None if is_anew else self._reconciliation.made_for(client_ref_of(remote))
        new = adopted(
            remote, model_id, prices_at, now=now, is_anew=is_anew, told=told, made_for=made_for
        )
        done = self._reconciliation.adopt(new)
        if done:
            self.tally.adopted += 1
            self._watch(new.id)
        return done

    def take_up(self, ours: Known, remote: RemoteRun) -> None:
        """Look after a parked run again: the API has it."""
        self._find(ours, remote, self._decisions.take_up)

    def accept_unsent(self, ours: Known, remote: RemoteRun) -> None:
        """Keep a queued run from being sent: the API has it."""
        self._find(ours, remote, self._reconciliation.accept_unsent)

    def _find(self, ours: Known, remote: RemoteRun, accept: Callable[..., bool]) -> None:
        try:
            done = accept(ours.id, remote.remote_id, status=remote.status)
        except RemoteIdTaken:
            return  # another audit was faster
        if done:
            self.tally.found += 1
            self._watch(ours.id)

    def part_from(self, ours: Known) -> None:
        """Take from a parked run an id of the API that is another run's."""
        if self._reconciliation.part_from(ours.id, ours.remote_id or ""):
            log.error("run %s: its id at the API is another run's: %s", ours.id, ours.remote_id)

    def leave_to_others(self, cost_micros: int) -> None:
        """Count a run of a model that Plantain does not offer."""
        self.tally.others += 1
        self.tally.others_micros += cost_micros

    # -- costs and marks -------------------------------------------------------------------------

    def correct_cost(self, run_id: str, cost_micros: int) -> None:
        """Count what the API says that an ended run cost."""
        change = self._reconciliation.correct_cost(run_id, cost_micros)
        if change is not None:
            log.warning("run %s: its cost was corrected by %+d micro-dollars", run_id, change)
            self.tally.different += 1
            self.tally.difference_micros += change

    def miss(self, ours: Known) -> None:
        """Mark a run that the API denies."""
        self.tally.missing += 1
        if ours.missing_at is None and self._reconciliation.miss(ours.id):
            log.warning("run %s: the API does not know it any more", ours.id)

    def see_again(self, ours: Known) -> None:
        """Take the mark away, if there is one."""
        if ours.missing_at is not None and self._reconciliation.see_again(ours.id):
            self.tally.found += 1

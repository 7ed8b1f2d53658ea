"""One audit: the API's list read back to a moment, compared with the ledger, and what came of it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict

from lib.domain.audit import Audit
from lib.domain.clock import Clock
from lib.domain.errors import ApiError
from lib.domain.run import Run, RunState
from lib.runflow.api import Client
from lib.services.audit_changes import AuditChanges, Tally
from lib.services.comparison import UNHURRIED, Comparison
from lib.services.hints import Hint
from lib.services.remote_list import ListCut, runs_since
from lib.services.remote_models import RemoteModels
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import CLOCKS_DIFFER_MS, Reconciliation
from lib.store.records import Records

WINDOW_MS = 72 * 3600 * 1000
"""How far back the API's list is read, from now or from where the ledger left off."""
TOO_YOUNG_MS = 10 * 60 * 1000
"""A run that was accepted just now need not stand in the list yet."""
MOST_MISSING = 500
"""A list that lacks more than these of our runs is not believed."""


class Stopped(Exception):
    """The process ends. What was compared is in the ledger, and the next audit begins anew."""


class Auditor:
    """Compares the list of one `origin` with the ledger. Two at the same time do no harm.

    `watch` is told of each run that has to be looked after.
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
        watch: Callable[[str], None],
    ) -> None:
        self._audits = audits
        self._reconciliation = reconciliation
        self._decisions = decisions
        self._records = records
        self._client = client
        self._clock = clock
        self._origin = origin
        self._watch = watch
        self._models = RemoteModels(client)
        self._is_stopped = False
        self.tally: Tally | None = None
        """How far the audit that is under way has come; None between two."""

    def stop(self) -> None:
        """Let an audit that is under way end with Stopped at the next run."""
        self._is_stopped = True

    def follow(self, hint: Hint) -> None:
        """Compare a single run that the API has told of. Raises ApiError."""
        if hint.run_id is not None:
            self._ask_again(hint.run_id)
        if hint.remote_id is not None:
            self._models.ask()
            self._comparison(self._changes()).look_at(hint.remote_id)

    def audit(self) -> Audit:
        """Compare the runs since 72 hours before all was known, and keep what it came to.

        That is the last 72 hours, and more after a long pause or when an old backup was put back.
        Raises Stopped.
        """
        began_at = self._clock.now_ms()
        since = min(began_at, self._audits.known_until() or began_at) - WINDOW_MS
        changes = self._changes()
        self.tally = changes.tally
        try:
            problem = self._compare_all(self._comparison(changes), changes.tally, since)
            counts = asdict(changes.tally)
            del counts["problems"]
            audit = Audit(began_at, self._clock.now_ms(), since, **counts, problem=problem)
            self._audits.record(audit)
            return audit
        finally:
            self.tally = None

    def _compare_all(self, comparison: Comparison, tally: Tally, since: int) -> str | None:
        """Why not all could be compared; None when all was."""
        self._models.ask()
        seen: set[str] = set()
        try:
            for listed in runs_since(self._client, since, patience=UNHURRIED):
                seen.update(run.remote_id.lower() for run in listed)
                self._go_through(comparison.compare(listed))
            self._look_for_missing(comparison, max(since, self._clock.now_ms() - WINDOW_MS), seen)
        except (ApiError, ListCut) as error:
            self._go_through(())
            return str(error)
        if tally.problems:
            return f"{len(tally.problems)} runs could not be compared: {tally.problems[-1]}"
        return None

    def _look_for_missing(self, comparison: Comparison, since: int, seen: set[str]) -> None:
        """Comes after a list that was read to its end, and only then."""
        ours = self._reconciliation.accepted_between(
            since + CLOCKS_DIFFER_MS, self._clock.now_ms() - TOO_YOUNG_MS
        )
        lacking = [run for run in ours if (run.remote_id or "").lower() not in seen]
        self._go_through(comparison.look_for(lacking[:MOST_MISSING]))
        if len(lacking) > MOST_MISSING:
            raise ListCut(f"The API's list lacks {len(lacking):,} of the runs that it accepted.")

    def _go_through(self, steps: Iterable[None]) -> None:
        if self._is_stopped:
            raise Stopped
        for _ in steps:
            if self._is_stopped:
                raise Stopped

    def _ask_again(self, run_id: str) -> None:
        """Look for a parked run by the API's id of it, and by ours, unless its end is on record."""
        run = self._waiting(run_id)
        if run is not None and run.remote_id is not None:
            self._comparison(self._changes()).look_at(run.remote_id)
        if self._waiting(run_id) is not None:
            found = self._client.find_by_client_ref(run_id, patience=UNHURRIED)
            self._go_through(self._comparison(self._changes()).compare(found))

    def _waiting(self, run_id: str) -> Run | None:
        run = self._records.find(run_id)
        is_parked = run is not None and run.state is RunState.PARKED and run.origin == self._origin
        return run if run is not None and is_parked and run.remote_body is None else None

    def _comparison(self, changes: AuditChanges) -> Comparison:
        return Comparison(
            reconciliation=self._reconciliation,
            records=self._records,
            client=self._client,
            models=self._models,
            changes=changes,
            origin=self._origin,
        )

    def _changes(self) -> AuditChanges:
        return AuditChanges(
            reconciliation=self._reconciliation,
            decisions=self._decisions,
            clock=self._clock,
            watch=self._watch,
        )

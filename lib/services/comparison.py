"""The API's runs compared with the ledger, one by one: what each of them means.

A list may be old, short or wrong. So whatever would change the ledger is asked for by itself first:
`GET /v1/runs/{id}` is the truth. And no run of ours is given a second row while its own answer may
still come.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from lib.domain.errors import NotFound, PlantainError
from lib.domain.run import CostBasis, RemoteRun, RunState
from lib.runflow.api import Client
from lib.runflow.retry import Patience
from lib.services.acquaintances import Acquaintances, acquaintances
from lib.services.audit_changes import AuditChanges
from lib.services.remote_models import RemoteModels
from lib.services.remote_tags import ContradictoryApi, client_ref_of, tagged_alike
from lib.services.run_cost import believable_cost
from lib.services.settlement import is_answer_about
from lib.store.reconciliation import Known, Reconciliation
from lib.store.records import Records

UNHURRIED = Patience(tries=4, within_s=60.0)
MOST_AT_A_TIME = 200
"""Runs looked up in one query: the API may ignore how many it was asked for."""
FAILURES_TO_GIVE_UP = 3
"""So many runs in a row that cannot be compared: the API, or the disk, has trouble."""
UNDER_WAY = frozenset({RunState.SENDING, RunState.UNKNOWN})

log = logging.getLogger(__name__)


class Comparison:
    """Compares the runs of an API with those of the ledger of its `origin`."""

    def __init__(
        self,
        *,
        reconciliation: Reconciliation,
        records: Records,
        client: Client,
        models: RemoteModels,
        changes: AuditChanges,
        origin: str,
    ) -> None:
        self._reconciliation = reconciliation
        self._records = records
        self._client = client
        self._models = models
        self._changes = changes
        self._origin = origin
        self._failures_in_a_row = 0

    # -- many ------------------------------------------------------------------------------------

    def compare(self, listed: Sequence[RemoteRun]) -> Iterator[None]:
        """Compare one after the other, and yield after each, so that the caller can stop.

        One that cannot be compared is left to the next audit; several in a row raise their error.
        """
        for begin in range(0, len(listed), MOST_AT_A_TIME):
            batch = listed[begin : begin + MOST_AT_A_TIME]
            known = self._acquaintances(batch)
            for remote in batch:
                self._changes.tally.counted += 1
                with self._one_by_one(remote.remote_id):
                    self._compare(remote, known)
                yield

    def look_for(self, ours: Iterable[Known]) -> Iterator[None]:
        """Ask for runs that the list lacks, as `compare` does, and mark what the API denies."""
        for run in ours:
            with self._one_by_one(run.remote_id or ""):
                if self._truth(run.remote_id) is None:
                    self._changes.miss(run)
                else:
                    self._changes.see_again(run)
            yield

    def look_at(self, remote_id: str) -> None:
        """Compare a single run that the API has told of. Raises ApiError."""
        remote = self._truth(remote_id)
        if remote is not None:
            self._compare(remote, self._acquaintances([remote]))

    @contextmanager
    def _one_by_one(self, remote_id: str) -> Iterator[None]:
        try:
            yield
            self._failures_in_a_row = 0
        except ContradictoryApi as error:
            self._changes.tally.problems.append(str(error))
        except Exception as error:
            if not isinstance(error, PlantainError):
                log.exception("run %s of the API could not be compared", remote_id)
            self._changes.tally.problems.append(str(error))
            self._failures_in_a_row += 1
            if self._failures_in_a_row >= FAILURES_TO_GIVE_UP:
                raise

    # -- one -------------------------------------------------------------------------------------

    def _compare(self, remote: RemoteRun, known: Acquaintances) -> None:
        ours = known.by_remote_id.get(remote.remote_id.lower())
        if ours is not None:
            self._see(ours, remote)
        else:
            self._meet(known.by_tag.get(client_ref_of(remote) or ""), remote)

    def _see(self, ours: Known, remote: RemoteRun) -> None:
        """The API has a run that the ledger knows by the API's id."""
        self._changes.see_again(ours)
        if ours.state is RunState.PARKED and not ours.is_end_told:
            self._reconsider(ours)
        elif ours.state.is_terminal and _costs_otherwise(ours, remote):
            truth = self._truth_about(ours)
            if truth is not None and _costs_otherwise(ours, truth):
                self._changes.correct_cost(ours.id, believable_cost(truth) or 0)

    def _reconsider(self, ours: Known) -> None:
        """The run was parked because the API denied it, or told of another run under its id."""
        truth, run = self._truth(ours.remote_id), self._records.find(ours.id)
        if truth is None or run is None:
            return
        if is_answer_about(run, truth):
            self._changes.take_up(ours, truth)
        else:
            self._changes.part_from(ours)
            self.look_at(truth.remote_id)

    def _meet(self, ours: Known | None, remote: RemoteRun) -> None:
        """The API has a run by an id that is new; `ours` is the run that it is tagged with."""
        if ours is not None and ours.remote_id is None and ours.state in UNDER_WAY:
            return  # its answer is on its way, or being looked into
        if ours is None and self._models.model_of(remote) is None:
            self._changes.leave_to_others(believable_cost(remote) or 0)
            return
        told = self._truth(remote.remote_id)
        if told is None:
            return
        truth = tagged_alike(remote, told)
        known = self._acquaintances([truth])  # by now: asking has taken a while
        if known.by_remote_id:
            return
        client_ref = client_ref_of(truth) or ""
        if client_ref in known.by_tag:
            self._meet_ours(known.by_tag[client_ref], truth)
        else:
            self._meet_stranger(truth, is_anew=client_ref in known.taken)

    def _meet_stranger(self, remote: RemoteRun, *, is_anew: bool) -> None:
        model = self._models.model_of(remote)
        if model is not None:
            self._changes.adopt(remote, model.id, is_anew=is_anew)

    def _meet_ours(self, ours: Known, remote: RemoteRun) -> None:
        if ours.remote_id is not None:
            self._meet_second(ours, remote)
        elif ours.state is RunState.QUEUED:
            self._changes.accept_unsent(ours, remote)
        elif ours.state is RunState.PARKED:
            self._changes.take_up(ours, remote)
        elif ours.state.is_terminal:
            why = f"Run {ours.id} had ended here as {ours.state}; the API took it all the same."
            self._changes.adopt_beside(ours, remote, why)

    def _meet_second(self, ours: Known, remote: RemoteRun) -> None:
        """Another run for the same click; unless the first is not what it was taken for."""
        is_first_ours = self._truth_about(ours) is not None
        if is_first_ours or (ours.state.is_terminal and ours.state is not RunState.PARKED):
            why = f"A second run for the click of {ours.id}."
            self._changes.adopt_beside(ours, remote, why)
        elif ours.state is RunState.PARKED:
            self._changes.take_up(ours, remote)

    # -- asking ----------------------------------------------------------------------------------

    def _truth(self, remote_id: str | None) -> RemoteRun | None:
        """The run as the API tells it by itself; None when it denies it. Raises ApiError."""
        try:
            return self._client.get_run(remote_id or "", patience=UNHURRIED)
        except NotFound as error:
            if error.http_status != 404:
                raise
            return None

    def _truth_about(self, ours: Known) -> RemoteRun | None:
        """The same for a run of ours; None also when it is another one's."""
        truth, run = self._truth(ours.remote_id), self._records.find(ours.id)
        return truth if truth and run and is_answer_about(run, truth) else None

    def _acquaintances(self, listed: Sequence[RemoteRun]) -> Acquaintances:
        return acquaintances(self._reconciliation, self._origin, listed)


def _costs_otherwise(ours: Known, remote: RemoteRun) -> bool:
    """Whether the API names a cost, and not the one that is counted as confirmed."""
    cost = believable_cost(remote) if remote.is_terminal else None
    return cost is not None and (cost, CostBasis.CONFIRMED) != (ours.cost_micros, ours.cost_basis)

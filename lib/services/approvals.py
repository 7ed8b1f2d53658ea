"""Requests above a price: put before the owners, who accept or refuse each once."""

from collections.abc import Mapping
from typing import Any

from lib.domain.approval import Accepted, Approval, ApprovalState, NotWaiting
from lib.domain.budget import BudgetWrong
from lib.domain.catalog import find_model
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.run import Parent
from lib.services.owners import refuse_others
from lib.services.runs import RunService
from lib.store.approvals import TOO_LATE, Approvals

SHOWN = 100
LONGEST_REASON = 500


class ApprovalService:
    """The requests of one origin. `by` is the person who decides."""

    def __init__(self, approvals: Approvals, runs: RunService) -> None:
        self._approvals = approvals
        self._runs = runs

    # -- the price -------------------------------------------------------------------------------

    def threshold(self) -> int | None:
        """Above how many micro-dollars an owner has to accept a request; None: never."""
        return self._approvals.threshold()

    def set_threshold(self, threshold_micros: int | None, *, by: str) -> None:
        """Set it, or with None ask no more. Raises BudgetWrong, NotAnOwner and NotWritten."""
        refuse_others(by)
        if threshold_micros is not None and threshold_micros < 0:
            raise BudgetWrong("ask above: give an amount from $0 up.")
        self._approvals.set_threshold(threshold_micros, by=by)

    def is_needed(self, amount_micros: int) -> bool:
        """Whether a run of that estimate has to be accepted."""
        threshold = self.threshold()
        return threshold is not None and amount_micros > threshold

    # -- requests --------------------------------------------------------------------------------

    def ask(
        self,
        model_id: str,
        values: Mapping[str, Any],
        *,
        click_token: str,
        asked_by: str,
        parent: Parent | None = None,
        labels: LabelIds = NO_LABELS,
    ) -> str:
        """Put a request before the owners; returns its id. Nothing is sent, nothing is held.

        Raises InputInvalid, PriceUnknown and NotWritten.
        """
        model = find_model(model_id)
        checked = model.check(values)
        return self._approvals.ask(
            model_id,
            checked,
            estimate_micros=self._runs.estimate(model, checked).total_micros,
            click_token=click_token,
            asked_by=asked_by,
            parent=parent,
            labels=labels,
        )

    def accept(self, approval_id: str, *, by: str) -> str:
        """Make the run that was asked for, in the name of who asked; returns its id.

        The run, its hold and the decision are one write, and the request is the run's click: it is
        accepted exactly once, and accepted again it gives the same run. Raises NotAnOwner,
        NotWaiting, OverBudget (it waits on then) and what making a run raises.
        """
        refuse_others(by)
        found = self._approvals.find(approval_id)
        if found is None:
            raise NotWaiting("There is no such request.")
        if found.state is ApprovalState.ACCEPTED and found.run_id is not None:
            return found.run_id
        if found.state is not ApprovalState.WAITING:
            raise NotWaiting(TOO_LATE)
        return self._runs.submit(
            found.model_id,
            found.input,
            click_token=found.id,
            created_by=found.asked_by,
            parent=found.parent,
            labels=found.labels,
            accepted=Accepted(found.id, by),
        )

    def refuse(self, approval_id: str, *, by: str, reason: str = "") -> bool:
        """Let it never become a run; False when it does not wait any more. Raises NotAnOwner."""
        refuse_others(by)
        told = " ".join(reason.split())[:LONGEST_REASON]
        return self._approvals.refuse(approval_id, by=by, reason=told)

    def find(self, approval_id: str) -> Approval | None:
        """A request as it stands now."""
        return self._approvals.find(approval_id)

    def waiting(self) -> list[Approval]:
        """The requests that wait, oldest first."""
        return self._approvals.waiting(SHOWN)

    def count(self) -> int:
        """How many wait."""
        return self._approvals.count_waiting()

"""Experiments above the price for owners: asked for by a link, and started once when accepted."""

from dataclasses import asdict

from lib.domain.approval import Accepted, ApprovalState, NotWaiting
from lib.domain.errors import PricesChanged
from lib.domain.experiment import Design
from lib.domain.experiment_asked import AskedExperiment
from lib.domain.experiment_tree import design_of, tree_of
from lib.domain.labels import NO_LABELS, LabelIds
from lib.services.experiments.experiments import ExperimentService
from lib.services.experiments.planning import Plan
from lib.services.owners import refuse_others
from lib.store.experiment_approvals import TOO_LATE, ExperimentApprovals

SHOWN = 100
LONGEST_REASON = 500
PRICES_CHANGED = (
    "Nothing was started: the prices have changed, or pictures that were to be used again are gone,"
    " since it was asked for. Have it asked for anew."
)


class Approving:
    """The requests of one origin. `by` is the person who decides."""

    def __init__(self, approvals: ExperimentApprovals, experiments: ExperimentService) -> None:
        self._approvals = approvals
        self._experiments = experiments
        self.find = approvals.find

    def ask(
        self,
        plan: Plan,
        *,
        click_token: str,
        asked_by: str,
        cap_micros: int | None = None,
        labels: LabelIds = NO_LABELS,
    ) -> str:
        """Put a plan before the owners; returns the request's id. Nothing is held, nothing sent."""
        asked = {"design": tree_of(plan.design), "reuse": plan.is_reusing, "prices": plan.prices}
        asked |= {"cap_micros": cap_micros, "labels": asdict(labels), "cells": len(plan.cells)}
        return self._approvals.ask(
            asked, total_micros=plan.total_micros, click_token=click_token, asked_by=asked_by
        )

    def accept(self, approval_id: str, *, by: str) -> str:
        """Start exactly what was asked for, in the name of who asked; the experiment's id.

        Start and decision are one write: accepted again it gives the same experiment. Raises
        NotAnOwner, NotWaiting, PricesChanged, and what starting raises (it waits on then).
        """
        refuse_others(by)
        found = self._approvals.find(approval_id)
        if found is None:
            raise NotWaiting("There is no such request.")
        if found.state is ApprovalState.ACCEPTED and found.experiment_id is not None:
            return found.experiment_id
        if found.state is not ApprovalState.WAITING:
            raise NotWaiting(TOO_LATE)
        plan = self._experiments.plan(design_asked(found), reuse=bool(found.asked["reuse"]))
        if plan.prices != found.asked["prices"] or plan.total_micros != found.total_micros:
            raise PricesChanged(PRICES_CHANGED)
        labels = {name: tuple(ids) for name, ids in found.asked["labels"].items()}
        return self._experiments.start(
            plan,
            click_token=found.id,
            created_by=found.asked_by,
            cap_micros=found.asked["cap_micros"],
            labels=LabelIds(**labels),
            accepted=Accepted(found.id, by),
        )

    def refuse(self, approval_id: str, *, by: str, reason: str = "") -> bool:
        """Let it never be started; False when it does not wait any more. Raises NotAnOwner."""
        refuse_others(by)
        told = " ".join(reason.split())[:LONGEST_REASON]
        return self._approvals.refuse(approval_id, by=by, reason=told)

    def waiting(self) -> list[AskedExperiment]:
        """Those that wait, oldest first."""
        return self._approvals.waiting(SHOWN)


def design_asked(found: AskedExperiment) -> Design:
    """The design of a request."""
    return design_of(found.asked["design"])

"""Experiments from the user's side: planned, started, watched, paused, stopped and grown."""

from collections.abc import Callable, Sequence

import uuid_utils

from lib.domain.approval import Accepted
from lib.domain.budget import BudgetWrong
from lib.domain.catalog import find_model
from lib.domain.errors import PricesChanged
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Value
from lib.domain.experiment_growing import columns_to_add, with_row
from lib.domain.experiment_progress import (
    CellNow,
    CellState,
    Experiment,
    NoExperiment,
    Stopped,
)
from lib.domain.experiment_sight import Sight
from lib.domain.experiment_tree import design_of, read_value, tree_of
from lib.domain.labels import NO_LABELS, LabelIds
from lib.services.experiments.planning import Plan, Planning
from lib.services.experiments.promoting import Promoting
from lib.services.owners import is_owner
from lib.services.runs import RunService
from lib.store.experiment_entries import NewExperiment
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiments import Experiments
from lib.store.templates import Template, Templates

SHOWN = 50
PRICES_CHANGED = (
    "Nothing was started: the prices have changed since the sum was shown. "
    "Look at the new one, and press Start again."
)


def _nobody() -> None:
    """No cell is sent in this process."""


class ExperimentService:
    """The experiments of one origin. `wake` is called when there may be cells to send."""

    def __init__(
        self,
        *,
        experiments: Experiments,
        records: ExperimentRecords,
        templates: Templates,
        planning: Planning,
        promoting: Promoting,
        runs: RunService,
        origin: str,
        wake: Callable[[], None] = _nobody,
        refuse_if_unfit: Callable[[], None] = _nobody,
    ) -> None:
        self._experiments = experiments
        self._records = records
        self._templates = templates
        self._planning = planning
        self._runs = runs
        self._origin = origin
        self._wake = wake
        self._refuse_if_unfit = refuse_if_unfit
        self.promoting = promoting
        self.plan = planning.plan
        self.smaller = planning.smaller
        self.count_made = planning.count_made

    # -- starting --------------------------------------------------------------------------------

    def start(
        self,
        plan: Plan,
        *,
        click_token: str,
        created_by: str,
        cap_micros: int | None = None,
        is_accepted: bool = False,
        labels: LabelIds = NO_LABELS,
        accepted: Accepted | None = None,
    ) -> str:
        """Hold the whole sum, and let its cells be sent; returns the experiment's id.

        The same click gives the same experiment. `cap_micros` is a budget of its own, `is_accepted`
        that an owner accepts the sum, `accepted` the request that one has accepted, `labels` what
        its runs are put under. Raises PricesChanged, PicturesGone, OverBudget, NeedsApproval,
        BudgetWrong, LabelGone, NotAccepting and NotWritten; nothing is held then.
        """
        if cap_micros is not None and cap_micros < 0:
            raise BudgetWrong("cap: give an amount from $0 up.")
        self._refuse_if_unfit()
        fresh = self._planning.plan(plan.design, reuse=plan.is_reusing)
        if fresh.prices != plan.prices or fresh.total_micros != plan.total_micros:
            raise PricesChanged(PRICES_CHANGED)
        new = NewExperiment(
            id=str(uuid_utils.uuid7()),
            origin=self._origin,
            name=plan.design.name,
            model_id=plan.design.model_id,
            created_by=created_by,
            click_token=click_token,
            design=tree_of(plan.design),
            cells=self.promoting.with_parents(plan.design, fresh.cells),
            cap_micros=cap_micros,
            labels=labels,
        )
        by_owner = is_accepted and is_owner(created_by)
        started = self._experiments.start(new, is_accepted=by_owner, accepted=accepted)
        self._wake()
        return started

    # -- while it goes on ------------------------------------------------------------------------

    def pause(self, experiment_id: str) -> bool:
        """Send no more for now; what is under way goes on."""
        return self._experiments.pause(experiment_id)

    def go_on(self, experiment_id: str) -> bool:
        """Send again, at the prices of now. Raises OverBudget and PriceUnknown."""
        self._refuse_if_unfit()
        estimates = self._priced(experiment_id, CellState.WAITING)
        gone_on = self._experiments.go_on(experiment_id, estimates)
        self._wake()
        return gone_on

    def stop(self, experiment_id: str) -> Stopped | None:
        """Drop what is not sent, and say what goes on and will still cost; None: it was stopped."""
        dropped = self._experiments.stop(experiment_id)
        if dropped is None:
            return None
        for run_id in self._records.queued_runs(experiment_id):
            self._runs.cancel(run_id)
        progress = self._found(experiment_id).progress
        return Stopped(*dropped, progress.open, progress.held_micros)

    def retry_failed(self, experiment_id: str, *, is_accepted: bool = False) -> int:
        """Let the failed cells be sent once more; how many. Raises as `start` does."""
        self._refuse_if_unfit()
        estimates = self._priced(experiment_id, CellState.SENT)
        again = self._experiments.retry(experiment_id, estimates, is_accepted=is_accepted)
        self._wake()
        return again

    def add_value(self, experiment_id: str, axis: int, text: str) -> int:
        """Add a value to an axis, values of several columns separated by `|`; how many cells came.

        Raises NoExperiment, DesignWrong, and as `start` does.
        """
        self._refuse_if_unfit()
        before = self._found(experiment_id).design
        grown = self._planning.plan(with_row(before, axis, _row(before, axis, text)))
        added = self._experiments.grow(
            experiment_id, seen=tree_of(before), design=tree_of(grown.design), cells=grown.cells
        )
        self._wake()
        return added

    def _priced(self, experiment_id: str, state: CellState) -> dict[str, int]:
        model_id = self._found(experiment_id).design.model_id
        inputs = self._records.inputs(experiment_id, (state,))
        return {key: self._planning.price_of(model_id, of) for key, of in inputs.items()}

    # -- looking ---------------------------------------------------------------------------------

    def find(self, experiment_id: str) -> Experiment | None:
        """An experiment as it stands now."""
        return self._records.find(experiment_id)

    def of_run(self, run_id: str) -> Experiment | None:
        """The experiment that a run was made for; None for a click."""
        return self._records.of_run(run_id)

    def recent(self) -> list[Experiment]:
        """The newest, newest first."""
        return self._records.recent(SHOWN)

    def cells(self, experiment_id: str) -> list[CellNow]:
        """Its cells in their order."""
        return self._records.cells(experiment_id)

    def sights(self, experiment_id: str) -> dict[str, Sight]:
        """What is to be seen of its cells that have a run, by key."""
        return self._records.sights(experiment_id)

    def expected_ms(self, experiment: Experiment) -> float | None:
        """How long the rest will take, by what runs took lately and what else is on its way."""
        cells, by = experiment.progress.waiting + experiment.progress.open, experiment.created_by
        alone = self._planning.rest_ms(cells)
        if alone is None:
            return None
        return alone * self._planning.in_turn(cells, by, but=experiment.id)

    def expected_of_plan_ms(self, plan: Plan, *, by: str) -> float | None:
        """The same for a plan that a person would start now."""
        bought = len(plan.cells) - plan.reused
        if plan.expected_ms is None:
            return None
        return plan.expected_ms * self._planning.in_turn(bought, by)

    def _found(self, experiment_id: str) -> Experiment:
        found = self._records.find(experiment_id)
        if found is None:
            raise NoExperiment("There is no such experiment.")
        return found

    # -- links and templates ---------------------------------------------------------------------

    def keep(self, design: Design) -> str:
        """Keep a design for a link; its id."""
        return self._runs.keep_draft({"experiment": tree_of(design)})

    def kept(self, draft_id: str) -> Design | None:
        """The design behind a link. Raises DesignWrong where it cannot be read any more."""
        draft = self._runs.find_draft(draft_id)
        return design_of(draft["experiment"]) if draft and "experiment" in draft else None

    def save_template(self, name: str, design: Design, *, by: str) -> int:
        """Keep a design by a name for the team; its version."""
        return self._templates.save(name, tree_of(design), by=by)

    def templates(self) -> Sequence[Template]:
        """The newest version of each."""
        return self._templates.all()

    def design_of_template(self, name: str, version: int | None = None) -> Design | None:
        """What a template holds."""
        found = self._templates.find(name, version)
        return None if found is None else design_of(found.design)


def _row(design: Design, axis: int, text: str) -> tuple[Value, ...]:
    columns = columns_to_add(design, axis)
    texts = [part.strip() for part in text.split("|")] if len(columns) > 1 else [text.strip()]
    if len(texts) != len(columns):
        raise NoExperiment(f"Give a value for each of {', '.join(columns)}, with | between.")
    model = find_model(design.model_id)
    return tuple(read_value(model, name, value) for name, value in zip(columns, texts, strict=True))

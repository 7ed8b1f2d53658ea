"""Experiments on a house of budgets: started, and their cells sent as the service sends them."""

import dataclasses
from dataclasses import dataclass

from lib.domain.budget import Scope
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.cell_runs import OfCell
from lib.domain.experiment_check import checked_cells
from lib.domain.experiment_tree import tree_of
from lib.store.budget_rows import budget_of
from lib.store.budget_use import use_at
from lib.store.experiment_entries import NewExperiment, Priced
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiments import Experiments
from lib.store.schema_budgets import budget
from tests.domain.designs import grid
from tests.store.conftest import a_run, unqueued
from tests.store.held_runs import PRICE, House

DESIGN = grid(resolution=["1K", "2K"], animal=["cat", "dog"])


def new_experiment(experiment_id="x1", design=DESIGN, price=PRICE, **changes):
    new = NewExperiment(
        id=experiment_id,
        origin="sandbox",
        name="Kites",
        model_id=design.model_id,
        created_by="local",
        click_token=experiment_id,
        design=tree_of(design),
        cells=[Priced(cell, price) for cell in checked_cells(design, DEFAULT_MODEL)],
    )
    return dataclasses.replace(new, **changes)


@dataclass(frozen=True)
class Lab:
    """The house, with experiments in it."""

    house: House
    experiments: Experiments
    records: ExperimentRecords

    def start(self, experiment_id="x1", *, is_accepted=False, **changes) -> str:
        new = new_experiment(experiment_id, **changes)
        return self.experiments.start(new, is_accepted=is_accepted)

    def send(self, experiment_id="x1", enqueue=unqueued, run_id=None) -> str | None:
        """Make a run of the next cell; its id, None when no cell waits."""
        found = self.records.next_cell(experiment_id)
        return (
            None if found is None else self.send_cell(found.of, enqueue, run_id, found.held_micros)
        )

    def send_cell(
        self, of: OfCell, enqueue=unqueued, run_id=None, estimate=PRICE, **changes
    ) -> str:
        run_id = run_id or f"{of.experiment_id}-{of.key}-{of.attempt}"
        token = f"{of.experiment_id}:{of.key}:{of.attempt}"
        new = a_run(run_id, token=token)
        new = dataclasses.replace(new, cell=of, estimate_micros=estimate, **changes)
        return self.house.ledger.add(new, enqueue)

    def progress(self, experiment_id="x1"):
        return self.records.find(experiment_id).progress

    def cap(self):
        """The budget that experiments have of their own."""

        with self.house.database.connect() as db:
            row = db.execute(budget.select().where(budget.c.scope == Scope.EXPERIMENT)).one()
            return use_at(db, budget_of(row), self.house.clock.now_ms())


def lab_on(house: House) -> Lab:
    return Lab(
        house,
        Experiments(house.database, house.clock, origin="sandbox", zone="Europe/Berlin"),
        ExperimentRecords(house.database, origin="sandbox"),
    )

"""The cells of an experiment as they are taken away, with their runs, a batch at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lib.domain.experiment_progress import CellNow, Experiment
from lib.services.taking_away.of_experiments.cell_words import cost_of
from lib.services.taking_away.of_experiments.findings import Findings, Judged
from lib.services.taking_away.selection import BATCH
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiment_takings import ChargedFor, ExperimentTakings
from lib.store.taken_runs import TakenRun, TakenRuns


@dataclass(frozen=True, slots=True)
class TakenCell:
    """A cell, with its latest run as it is taken away; None: it has none (any more).

    `spent_micros`: the known costs of all its attempts.
    """

    cell: CellNow
    taken: TakenRun | None
    spent_micros: int
    judged: Judged | None = None

    @property
    def cost_micros(self) -> int | None:
        """What its latest run has cost this experiment; nothing where pictures were there before."""
        return cost_of(self.cell)


@dataclass(frozen=True, slots=True)
class Taken:
    """An experiment as it is taken away."""

    experiment: Experiment
    cells: Sequence[CellNow]
    spent: Mapping[str, int] = field(default_factory=dict)
    charged: Sequence[ChargedFor] = ()
    judged: Mapping[str, Judged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads experiments to take them away."""

    records: ExperimentRecords
    takings: ExperimentTakings
    runs: TakenRuns
    findings: Findings = field(default_factory=Findings)

    def of(self, experiment_id: str) -> Taken | None:
        """The experiment as of now; None when there is none of that id."""
        found = self.records.find(experiment_id)
        if found is None:
            return None
        return Taken(
            found,
            self.records.cells(experiment_id),
            self.takings.spent_by_cell(experiment_id),
            self.takings.charged_for(experiment_id),
            self.findings.judging(found),
        )

    def batches(
        self, taken: Taken, cells: Sequence[CellNow] | None = None
    ) -> Iterator[list[TakenCell]]:
        """Its cells, or these of them, with their runs; a run that was erased is left out."""
        wanted = taken.cells if cells is None else cells
        for at in range(0, len(wanted), BATCH):
            some = wanted[at : at + BATCH]
            ids = [cell.run_id for cell in some if cell.run_id]
            runs = {run.id: run for run in self.runs.of(ids)}
            yield [
                TakenCell(
                    cell,
                    runs.get(cell.run_id or ""),
                    taken.spent.get(cell.key, 0),
                    taken.judged.get(cell.key),
                )
                for cell in some
            ]

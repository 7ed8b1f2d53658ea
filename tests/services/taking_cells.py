"""An experiment put into a ledger as it is at its end, to be taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lib.domain.catalog import find_model
from lib.domain.experiment import Cell, Design
from lib.domain.experiment_cells import cells as cells_made
from lib.domain.experiment_layout import Layout, usual
from lib.domain.experiment_progress import (
    CellNow,
    CellState,
    Experiment,
    ExperimentState,
    Progress,
)
from lib.domain.experiment_tree import tree_of
from lib.services.taking_away.of_experiments.asked import CellsOf, PictureSize, cells_of
from lib.services.taking_away.of_experiments.files import CellFiles
from lib.services.taking_away.of_experiments.findings import Findings
from lib.services.taking_away.of_experiments.taken_cells import CellReader
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.taking_away import Outgoing, TakingAway
from lib.store.experiment_entries import Priced, cell_rows
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiment_takings import ExperimentTakings
from lib.store.schema_experiments import experiment, experiment_cell, experiment_run
from lib.store.taken_runs import TakenRuns
from tests.images.pictures import noise, saved
from tests.services.taking import Takings, open_takings
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, put, run_row

PRICE = 80_000
ID = "x1"
Fate = dict[str, Any] | None
"""The run of a cell, as it differs from one that was stored; None: the cell waits."""


def stored(_cell: Cell) -> Fate:
    return {}


@dataclass(frozen=True)
class CellTakings:
    """The parts that take experiments out of one database."""

    takings: Takings
    downloaded: list[str]

    def put(
        self,
        design: Design,
        fate: Callable[[Cell], Fate] = stored,
        paint: Callable[[Cell], list[bytes]] | None = None,
        *,
        experiment_id: str = ID,
    ) -> list[str]:
        """Put an experiment there, its runs by their fate; gives the keys of its cells."""
        fields = [field.name for field in find_model(design.model_id).input_fields]
        cells = list(cells_made(design, fields))
        rows = cell_rows(experiment_id, [Priced(cell, PRICE) for cell in cells], first_number=1)
        runs, made = [], []
        for cell, row in zip(cells, rows, strict=True):
            told = fate(cell)
            if told is None:
                continue
            run = run_row(f"{experiment_id}{row['number']:04}", **{"input": cell.input, **told})
            runs.append(run)
            row |= {"state": CellState.SENT, "run_id": run["id"]}
            made.append({"run_id": run["id"], "key": cell.key, "attempt": 1})
        put(self.takings.database, *runs)
        of = {"experiment_id": experiment_id}
        with self.takings.database.begin() as db:
            db.execute(experiment.insert().values(**experiment_row(design, experiment_id)))
            db.execute(experiment_cell.insert(), rows)
            if made:
                db.execute(experiment_run.insert(), [{**one, **of} for one in made])
        for cell, row in zip(cells, rows, strict=True):
            if row["run_id"] and paint:
                self.takings.paint(row["run_id"], *paint(cell))
        return [cell.key for cell in cells]

    def files(self, findings: Findings | None = None) -> CellFiles:
        database = self.takings.database
        reader = CellReader(
            ExperimentRecords(database, origin="sandbox"),
            ExperimentTakings(database),
            TakenRuns(database, origin="sandbox"),
            findings or Findings(),
        )
        return CellFiles(
            reader, self.takings.pictures, ZoneInfo("UTC"), on_download=self.downloaded.extend
        )

    def away(self, findings: Findings | None = None) -> TakingAway:
        clock, takings = SetClock(), self.takings
        return TakingAway(
            takings.reader,
            takings.lines(clock),
            takings.pictures,
            clock,
            origin="sandbox",
            cells=self.files(findings),
        )

    def fetch(
        self,
        form: Form,
        design: Design,
        *,
        layout: Layout | None = None,
        size: PictureSize = PictureSize.SMALL,
        findings: Findings | None = None,
    ) -> Outgoing:
        """The file, as it goes out."""
        away = self.away(findings)
        found = away.fetch(away.order_cells(form, cells_of(ID, layout or usual(design), size)))
        assert found is not None
        return found

    def bytes_of(self, form: Form, design: Design, **how: Any) -> bytes:
        return b"".join(self.fetch(form, design, **how).data)


def experiment_row(design: Design, experiment_id: str = ID) -> dict[str, Any]:
    return {
        "id": experiment_id,
        "origin": "sandbox",
        "name": design.name,
        "model_id": design.model_id,
        "created_by": "local",
        "created_at": NOON_MS,
        "click_token": experiment_id,
        "design": tree_of(design),
        "state": ExperimentState.GOING,
        "state_at": NOON_MS,
    }


def one_picture(_cell: Cell) -> list[bytes]:
    return [saved(noise(), "PNG")]


def open_cell_takings(folder: Path) -> CellTakings:
    return CellTakings(open_takings(folder), [])


def asked_for(design: Design) -> CellsOf:
    return cells_of(ID, usual(design), PictureSize.SMALL)


def cells_like(design: Design) -> list[CellNow]:
    """The cells of a design as they stand before they are sent."""
    fields = [field.name for field in find_model(design.model_id).input_fields]
    return [
        CellNow(cell.key, number, cell.varied, cell.repeat, CellState.WAITING, PRICE)
        for number, cell in enumerate(cells_made(design, fields), 1)
    ]


def experiment_like(design: Design) -> Experiment:
    state = ExperimentState.GOING
    return Experiment(ID, "sandbox", "local", NOON_MS, design, state, NOON_MS, Progress())

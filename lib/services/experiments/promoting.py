"""Explore small, finish large: what chosen cells cost at a higher resolution, and what that saves."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from lib.domain.catalog import find_model
from lib.domain.experiment import Design
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_promotion import (
    Chosen,
    Promotion,
    Saved,
    finished_runs,
    flat_inputs,
    promote,
    size_of,
)
from lib.services.experiments.planning import Planning
from lib.store.experiment_entries import Priced
from lib.store.experiment_promotion import PromotionRecords

MOST_KEPT = 32
"""So many sums of flat sweeps are remembered: a page that is live asks for one again and again."""


class Promoting:
    """Makes designs of chosen cells."""

    def __init__(self, records: PromotionRecords, planning: Planning) -> None:
        self._records = records
        self._planning = planning
        self._flat: dict[tuple[str, int, str, str], tuple[int, int]] = {}
        self.cells = records.cells
        self.finishing = records.finishing

    def promote(self, parent: Experiment, keys: Collection[str], resolution: str) -> Promotion:
        """The design that finishes these cells. Raises DesignWrong."""
        wanted = set(keys)
        chosen = [one for one in self.cells(parent.id) if one.key in wanted]
        model = find_model(parent.design.model_id)
        return promote(parent.id, parent.design, model, chosen, resolution)

    def with_parents(self, design: Design, cells: Sequence[Priced]) -> list[Priced]:
        """Cells, each with the run that it finishes, if its design finishes an experiment."""
        if not design.parent:
            return list(cells)
        parents = [one for one in self.cells(design.parent) if one.is_done]
        asked = [priced.cell for priced in cells]
        runs = finished_runs(find_model(design.model_id), asked, parents)
        return [replace(one, parent_run_id=runs.get(one.cell.key)) for one in cells]

    def saved(self, parent: Experiment, design: Design, finished_micros: int) -> Saved | None:
        """Both together against all of the parent's cells at that size; None: there is no such size.

        Raises PriceUnknown.
        """
        resolution = size_of(design)
        if resolution is None:
            return None
        now = parent.progress
        explored = now.spent_micros + now.held_micros + now.in_doubt_micros
        cells, micros = self._flat_sweep(parent, resolution)
        return Saved(resolution, explored, finished_micros, cells, micros)

    def _flat_sweep(self, parent: Experiment, resolution: str) -> tuple[int, int]:
        """How many requests that would be, and what they would cost now."""
        version = self._planning.version_of(parent.design.model_id)
        known_by = (parent.id, parent.progress.cells, resolution, version)
        if known_by not in self._flat:
            if len(self._flat) >= MOST_KEPT:
                self._flat.clear()
            self._flat[known_by] = self._sum(parent.design.model_id, parent.id, resolution)
        return self._flat[known_by]

    def _sum(self, model_id: str, experiment_id: str, resolution: str) -> tuple[int, int]:
        cells: Sequence[Chosen] = self.cells(experiment_id)
        inputs = flat_inputs(cells, resolution)
        return len(inputs), sum(self._planning.price_of(model_id, one) for one in inputs)

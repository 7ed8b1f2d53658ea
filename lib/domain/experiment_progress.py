"""An experiment that was started: where it and its cells stand, and what it has cost so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lib.domain.errors import PlantainError
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Value
from lib.domain.run import RunState

REUSED = 0
"""The attempt of a cell that nothing was bought for: its pictures were there before."""


class ExperimentState(StrEnum):
    """What is done with the cells that wait."""

    GOING = "going"
    """They are sent as there is room."""
    PAUSED = "paused"
    """They wait, and hold their money."""
    STOPPED = "stopped"
    """They were dropped: none is left."""


class CellState(StrEnum):
    """Where a cell stands. What came of a sent one, its run knows."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


class CellTaken(PlantainError):
    """A cell is not to be sent (any more): it was, or its experiment does not go on."""


class NoExperiment(PlantainError):
    """There is no such experiment, or it is not in a state for what was asked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many cells stand where, and their money in micro-dollars.

    `held_micros` is what the waiting cells and open runs hold; `in_doubt_micros` what runs without
    a known cost may have cost. Earlier attempts of a cell count in the sums, not in the numbers.
    """

    cells: int = 0
    waiting: int = 0
    open: int = 0
    stored: int = 0
    failed: int = 0
    dropped: int = 0
    spent_micros: int = 0
    held_micros: int = 0
    in_doubt_micros: int = 0

    @property
    def ended(self) -> int:
        """The cells that nothing will be done for by itself."""
        return self.cells - self.waiting - self.open

    @property
    def is_over(self) -> bool:
        return self.ended == self.cells

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.ended / self.cells if self.cells else 1.0


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment of one origin. Times are ms UTC; `reason` says why it paused by itself."""

    id: str
    origin: str
    created_by: str
    created_at: int
    design: Design
    state: ExperimentState
    state_at: int
    progress: Progress
    reason: str | None = None

    @property
    def name(self) -> str:
        return self.design.name or "Experiment"


@dataclass(frozen=True, slots=True)
class CellNow:
    """A cell as it stands now; `run_state`, `failure` and the picture are of its latest run."""

    key: str
    number: int
    varied: Mapping[str, Value]
    repeat: int
    state: CellState
    estimate_micros: int
    attempt: int = 1
    run_id: str | None = None
    run_state: RunState | None = None
    cost_micros: int | None = None
    failure: str | None = None
    sha256: str | None = None

    @property
    def is_reused(self) -> bool:
        """Whether its pictures were there before: its run is another's, and so is the cost."""
        return self.attempt == REUSED


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopping has done: so many cells dropped; so many runs go on, and may cost that much."""

    dropped: int
    freed_micros: int
    under_way: int
    still_micros: int

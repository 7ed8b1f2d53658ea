"""An experiment's design: base settings, the axes that vary them, and how the axes are combined."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lib.domain.errors import PlantainError
from lib.domain.experiment_axes import Axis, Value

MOST_CELLS = 5_000
MOST_AXES = 20
MOST_REPEATS = 100
MOST_EXCLUDES = 50
LONGEST_NAME = 120
LONGEST_ID = 100

Where = tuple[str | int, ...]
"""The place in a design that something is said about: `("axes", 1, "values")`."""


class DesignWrong(PlantainError):
    """A design cannot be like this; the message names the part of it and the remedy."""

    def __init__(self, message: str, where: Where = ()) -> None:
        super().__init__(message)
        self.where = where


class Combine(StrEnum):
    """Which of the axes' values come together in a cell."""

    GRID = "grid"
    """Each value of an axis with each of every other."""
    PAIRED = "paired"
    """The first values of all axes, then the second ones, and so on."""
    ONE_AT_A_TIME = "one at a time"
    """The first values of all axes, and from there each axis by itself."""
    SAMPLE = "sample"
    """So many cells of the grid, drawn from a number that is written down."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`count` cells, the same each time for the same number."""

    count: int
    drawn_from: int


Exclude = Mapping[str, tuple[Value, ...]]
"""Cells that have one of these values in each of these columns are left out."""


@dataclass(frozen=True, slots=True)
class Design:
    """What an experiment is made of.

    `base` is the input that all cells begin with; its fields, and those of the axes, are spelt as
    the API's. A column that is no field is a variable: it stands as `{name}` in the prompt.
    `parent` is the experiment whose cells it finishes.
    """

    model_id: str
    base: Mapping[str, Value]
    axes: tuple[Axis, ...] = ()
    combine: Combine = Combine.GRID
    sample: Sample | None = None
    repeats: int = 1
    excludes: tuple[Exclude, ...] = ()
    name: str = ""
    parent: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is varied, in the order of the axes."""
        return tuple(column for axis in self.axes for column in axis.columns)


@dataclass(frozen=True, slots=True)
class Cell:
    """One request of an experiment.

    `key` is made of all that makes the cell, so the same cell has the same key in every expansion.
    `varied` is its value in each column; `repeat` counts from 1.
    """

    key: str
    varied: Mapping[str, Value]
    repeat: int = 1
    input: Mapping[str, Value] = field(default_factory=dict)

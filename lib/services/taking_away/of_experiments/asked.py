"""What is asked for of an experiment, and how its grid is laid out in it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from lib.domain.experiment_layout import Layout


class PictureSize(StrEnum):
    """How large each picture is on a sheet: its longest side at most."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"

    @property
    def px(self) -> int:
        """In pixels. What is beyond a thumbnail is made from the pictures as they were bought."""
        return {"small": 128, "medium": 256, "large": 512, "huge": 1024}[self.value]


@dataclass(frozen=True, slots=True)
class CellsOf:
    """The cells of an experiment; the layout is kept as what can be compared."""

    rows: ClassVar[str] = "cells"
    experiment_id: str
    down: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    hidden: tuple[tuple[str, frozenset[str]], ...] = ()
    size: PictureSize = PictureSize.MEDIUM

    @property
    def layout(self) -> Layout:
        """How the grid is laid out."""
        return Layout(self.down, self.across, self.pages, dict(self.hidden))


@dataclass(frozen=True, slots=True)
class ChargesOf:
    """The charge lines of all runs that an experiment has made."""

    rows: ClassVar[str] = "charge lines"
    experiment_id: str


def cells_of(experiment_id: str, layout: Layout, size: PictureSize = PictureSize.MEDIUM) -> CellsOf:
    """The cells of an experiment, laid out like that; the same for the same layout."""
    hidden = tuple(sorted((name, words) for name, words in layout.hidden.items() if words))
    return CellsOf(experiment_id, layout.rows, layout.columns, layout.pages, hidden, size)

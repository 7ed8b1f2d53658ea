"""What the grid shows: one page of rows and columns, and the cells in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.ui.gallery.items import BEST_RATING
from lib.ui.plain import excerpt

LONGEST_WORD = 160
LONGEST_PROBLEM = 280
"""Characters: what a head, a cell and a screen reader have use for."""
HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell, at a row and a column of its page. All texts are shown as they are.

    `pictures` are sha256 digests, `state`, `cost` and `time` words; `problem` says why there is no
    picture. Raises ValueError, naming the field, for what is no digest and no rating.
    """

    id: str
    row: int
    column: int
    state: str
    pictures: tuple[str, ...] = ()
    cost: str = ""
    time: str = ""
    problem: str = ""
    run_id: str = ""
    is_open: bool = False
    flagged: bool = False
    favourite: bool = False
    rating: int = 0

    def __post_init__(self) -> None:
        if self.rating not in range(BEST_RATING + 1):
            raise ValueError(f"rating must be 0 to {BEST_RATING}: {self.rating!r}")
        for digest in self.pictures:
            if not HEXADECIMAL.issuperset(digest):
                raise ValueError(f"pictures must be sha256 digests: {digest!r}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: the names of what stands in the rows and across, their words, and the cells.

    `id` is another one when rows or columns are: the grid is then shown from its beginning.
    """

    id: str
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    columns: Sequence[Sequence[str]]
    cells: Sequence[MatrixCell]


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as the browser gets it: lists without names, since there may be thousands."""
    return {
        "sheet": sheet.id,
        "rowNames": list(sheet.row_names),
        "columnNames": list(sheet.column_names),
        "rows": [[excerpt(word, LONGEST_WORD) for word in words] for words in sheet.rows],
        "columns": [[excerpt(word, LONGEST_WORD) for word in words] for words in sheet.columns],
        "cells": [_listed(cell) for cell in sheet.cells],
    }


def _listed(cell: MatrixCell) -> list[Any]:
    """In the order that cells.js reads."""
    return [
        cell.id,
        cell.row,
        cell.column,
        cell.state,
        list(cell.pictures),
        cell.cost,
        cell.time,
        excerpt(cell.problem, LONGEST_PROBLEM) if cell.problem else "",
        cell.run_id,
        int(cell.is_open),
        int(cell.flagged),
        int(cell.favourite),
        cell.rating,
    ]

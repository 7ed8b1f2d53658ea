"""A laid out page cut into sheets, so that a grid of any size can be drawn: nothing is left out.

A sheet has lanes of places for pictures. Where a place of the grid has several cells, they stand
beside each other, four at most, and go on in further lanes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lib.domain.experiment_layout import Page, Words
from lib.domain.experiment_progress import CellNow

MOST_IN_PLACE = 4
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its words, and how many pictures wide it is."""

    words: Words
    span: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of pictures of one row; None: there is no cell."""

    words: Words
    cells: tuple[CellNow | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the words of its page, its columns, and its lanes."""

    page: Words
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]

    @property
    def across(self) -> int:
        """How many pictures wide it is."""
        return sum(column.span for column in self.columns)


def sheets_of(page: Page, *, most_across: int, most_down: Callable[[int], int]) -> Iterator[Sheet]:
    """The sheets of a page, from left to right, then down.

    At most `most_across` pictures wide, and `most_down` of that width high; each at least 1.
    """
    columns = [Column(words, min(most_across, _widest(page, words))) for words in page.columns]
    groups = list(_groups(columns, most_across))
    depths = {row: _deepest(page, row, columns) for row in page.rows}
    lines = [(row, nth) for row in page.rows for nth in range(depths[row])]
    high = most_down(max((sum(one.span for one in group) for group in groups), default=1))
    for some in _evenly(lines, high):
        for group in groups:
            lanes = tuple(Lane(row, _cells(page, row, nth, group)) for row, nth in some)
            yield Sheet(page.words, tuple(group), lanes)


def _widest(page: Page, column: Words) -> int:
    most = max(len(page.at(row, column)) for row in page.rows)
    return max(1, min(MOST_IN_PLACE, most))


def _deepest(page: Page, row: Words, columns: Sequence[Column]) -> int:
    return max(1, *(-(-len(page.at(row, column.words)) // column.span) for column in columns))


def _cells(
    page: Page, row: Words, nth: int, columns: Sequence[Column]
) -> tuple[CellNow | None, ...]:
    found: list[CellNow | None] = []
    for column in columns:
        some = page.at(row, column.words)[nth * column.span :][: column.span]
        found += [*some, *[None] * (column.span - len(some))]
    return tuple(found)


def _groups(columns: Sequence[Column], most: int) -> Iterator[list[Column]]:
    """The columns of each sheet: about as many on each, none cut in two."""
    total = sum(column.span for column in columns)
    wanted = -(-total // -(-total // most)) if total else most
    group: list[Column] = []
    wide = 0
    for column in columns:
        if group and wide + column.span > wanted:
            yield group
            group, wide = [], 0
        group.append(column)
        wide += column.span
    if group:
        yield group


def _evenly(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    """The items in parts of at most so many, about as many in each."""
    parts = -(-len(items) // most)
    size = -(-len(items) // parts) if parts else 1
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]

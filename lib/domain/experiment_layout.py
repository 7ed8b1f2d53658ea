"""How the cells of an experiment are laid out: pages of rows and columns.

Each column of the design, and the repeats where there are several, stands in the rows, goes across
or makes pages; any number of them each. Values are told apart by their words, as people read them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from lib.domain.experiment import Combine, Design
from lib.domain.experiment_progress import CellNow
from lib.domain.experiment_words import word_of

REPEAT = "repeat"
MOST_AXES_OF_A_PAGE = 3
"""One across, two down: by themselves, more of them make pages."""

Words = tuple[str, ...]
"""A value of each column that stands in one direction."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns stand in the rows, go across and make pages, and the values not to be shown."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its own values, and the rows and columns that have a cell on it, in order.

    `places` has the cells by row and column. Most places have one; more where a column was left
    out of the layout or values read alike, none where no cell was made.
    """

    words: Words
    rows: tuple[Words, ...]
    columns: tuple[Words, ...]
    places: Mapping[tuple[Words, Words], tuple[CellNow, ...]]

    def at(self, row: Words, column: Words) -> tuple[CellNow, ...]:
        """The cells of a place, in their order."""
        return self.places.get((row, column), ())


def names_of(design: Design) -> tuple[str, ...]:
    """All that a layout has to place: the design's columns, then the repeats if there are any."""
    repeats = (repeat_name(design),) if design.repeats > 1 else ()
    return (*dict.fromkeys(design.columns), *repeats)


def repeat_name(design: Design) -> str:
    """What the repeats are called: `repeat`, unless a variable of the prompt is."""
    name = REPEAT
    while name in design.columns:
        name += "_"
    return name


def values_of(design: Design) -> dict[str, tuple[str, ...]]:
    """The words of each column, each once and in the order of the design."""
    found: dict[str, dict[str, None]] = {name: {} for name in names_of(design)}
    for axis in design.axes:
        for nth, name in enumerate(axis.columns):
            found[name].update(dict.fromkeys(word_of(row[nth]) for row in axis.rows))
    if design.repeats > 1:
        repeats = map(str, range(1, design.repeats + 1))
        found[repeat_name(design)].update(dict.fromkeys(repeats))
    return {name: tuple(words) for name, words in found.items()}


def word_at(design: Design, cell: CellNow, name: str) -> str:
    """What a cell has in a column of the layout."""
    if name not in cell.varied and name == repeat_name(design):
        return str(cell.repeat)
    return word_of(cell.varied.get(name))


# -- choosing ------------------------------------------------------------------------------------


def usual(design: Design) -> Layout:
    """The last axis across, those before it down, and the first ones as pages when there are many.

    Where all axes go along with each other there is one line for each of them.
    """
    names = names_of(design)
    groups = [axis.columns for axis in design.axes]
    if design.combine is Combine.PAIRED:
        repeats = names[len(dict.fromkeys(design.columns)) :]
        return Layout(rows=tuple(dict.fromkeys(design.columns)), columns=repeats)
    across = groups[-1] if groups else ()
    pages = tuple(chain(*groups[:-MOST_AXES_OF_A_PAGE]))
    return fitted(Layout(columns=across, pages=pages), design)


def fitted(layout: Layout, design: Design) -> Layout:
    """The layout with each name of the design once: unknown ones go, missing ones stand down."""
    left = dict.fromkeys(names_of(design))
    columns = _taken(layout.columns, left)
    pages = _taken(layout.pages, left)
    rows = (*_taken(layout.rows, left), *left)
    known = {name: set(words) for name, words in values_of(design).items()}
    hidden = {
        name: frozenset(words & known[name])
        for name, words in layout.hidden.items()
        if name in known and words & known[name]
    }
    return Layout(rows, columns, pages, hidden)


def _taken(names: Iterable[str], left: dict[str, None]) -> tuple[str, ...]:
    """Those of the names that are left, which takes them away."""
    found = tuple(name for name in dict.fromkeys(names) if name in left)
    for name in found:
        del left[name]
    return found


# -- laying out ----------------------------------------------------------------------------------


def laid_out(layout: Layout, design: Design, cells: Sequence[CellNow]) -> list[Page]:
    """The cells that are not hidden as pages, each with the rows and columns that it needs."""
    order = _order(design, cells)
    by_page: dict[Words, dict[tuple[Words, Words], list[CellNow]]] = {}
    for cell in visible(layout, design, cells):
        page, row, column = (
            tuple(word_at(design, cell, name) for name in names)
            for names in (layout.pages, layout.rows, layout.columns)
        )
        by_page.setdefault(page, {}).setdefault((row, column), []).append(cell)
    return [
        Page(
            page,
            _sorted((row for row, _column in places), layout.rows, order),
            _sorted((column for _row, column in places), layout.columns, order),
            {place: tuple(found) for place, found in places.items()},
        )
        for page, places in sorted(
            by_page.items(), key=lambda item: _rank(item[0], layout.pages, order)
        )
    ]


def visible(layout: Layout, design: Design, cells: Sequence[CellNow]) -> list[CellNow]:
    """The cells none of whose values is hidden, in their order."""
    if not any(layout.hidden.values()):
        return list(cells)
    return [
        cell
        for cell in cells
        if not any(word_at(design, cell, name) in words for name, words in layout.hidden.items())
    ]


def _order(design: Design, cells: Sequence[CellNow]) -> dict[str, dict[str, int]]:
    """The place of each word in its column; what no axis has any more comes last."""
    order: dict[str, dict[str, int]] = {}
    for name, words in values_of(design).items():
        seen = dict.fromkeys((*words, *(word_at(design, cell, name) for cell in cells)))
        order[name] = {word: place for place, word in enumerate(seen)}
    return order


def _sorted(
    found: Iterable[Words], names: Words, order: Mapping[str, Mapping[str, int]]
) -> tuple[Words, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda words: _rank(words, names, order)))


def _rank(words: Words, names: Words, order: Mapping[str, Mapping[str, int]]) -> tuple[int, ...]:
    return tuple(order[name][word] for name, word in zip(names, words, strict=True))

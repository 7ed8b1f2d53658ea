"""Which smaller experiments fit into what is left of a budget: each is the same design, cut down."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lib.domain.experiment import Combine, Design, Sample
from lib.domain.experiment_axes import Listed, Value, listed

SAMPLED_FROM = 1
"""The number that a sample is drawn from, when it is offered instead of all cells."""
IMAGES = "num_images"
Dearness = Callable[[str, Value], int]
"""What a value of a field costs, micro-dollars; 0 for a field without a price."""
Total = Callable[[Design], tuple[int, int]]
"""The cells of a design, and what they cost, micro-dollars."""


@dataclass(frozen=True, slots=True)
class SmallerDesign:
    """A design that fits, what was cut, and what it comes to (micro-dollars)."""

    design: Design
    cut: str
    cells: int
    total_micros: int


def smaller_designs(
    design: Design, *, left_micros: int, total: Total, dearness: Dearness
) -> list[SmallerDesign]:
    """What can be started instead, one for each way to cut that comes to something that fits."""
    found = []
    for way in (_fewer_repeats(design), _one_image(design), _without_dear(design, dearness)):
        for smaller, cut in way:
            cells, micros = total(smaller)
            if micros <= left_micros:
                found.append(SmallerDesign(smaller, cut, cells, micros))
                break
    sample = _sampled(design, left_micros, total)
    return [*found, *([sample] if sample else [])]


def _fewer_repeats(design: Design) -> Iterator[tuple[Design, str]]:
    for repeats in range(design.repeats - 1, 0, -1):
        yield replace(design, repeats=repeats), f"each cell {_times(repeats)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _one_image(design: Design) -> Iterator[tuple[Design, str]]:
    images = design.base.get(IMAGES)
    if IMAGES not in design.columns and isinstance(images, int):
        for fewer in range(images - 1, 0, -1):
            told = "one picture a run" if fewer == 1 else f"{fewer} pictures a run"
            yield replace(design, base={**design.base, IMAGES: fewer}), told


def _without_dear(design: Design, dearness: Dearness) -> Iterator[tuple[Design, str]]:
    """Without the dearest values of an axis, one by one."""
    if design.combine is Combine.PAIRED or design.excludes:
        return
    for number, axis in enumerate(design.axes):
        if len(axis.columns) > 1:
            continue
        (column,) = axis.columns
        rows = sorted(listed(axis).rows, key=lambda row: dearness(column, row[0]))
        while len(rows) > 1 and dearness(column, rows[-1][0]) > dearness(column, rows[0][0]):
            rows.pop()
            kept = tuple(row for row in axis.rows if row in rows)
            axes = list(design.axes)
            axes[number] = Listed((column,), kept)
            words = ", ".join(str(row[0]) for row in kept)
            yield replace(design, axes=tuple(axes)), f"{column} {words} only"


def _sampled(design: Design, left_micros: int, total: Total) -> SmallerDesign | None:
    """As many cells of the grid as fit, drawn at random."""
    if design.combine is not Combine.GRID:
        return None
    cells, micros = total(design)
    places = cells // design.repeats
    count = places * left_micros // micros if micros else 0
    while count >= 1:
        sample = Sample(count, SAMPLED_FROM)
        smaller = replace(design, combine=Combine.SAMPLE, sample=sample)
        drawn, cost = total(smaller)
        if cost <= left_micros:
            return SmallerDesign(smaller, f"{count} drawn at random", drawn, cost)
        count = min(count - 1, count * left_micros // cost)
    return None

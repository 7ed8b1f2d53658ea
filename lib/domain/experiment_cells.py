"""From a design to its cells: how many there are, which, and in which order.

The number of cells follows from the design without making them, so a design that is far too large
is refused in no time. Cells come in a stable order, the last axis changing fastest.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from lib.domain.experiment import Cell, Combine, Design, DesignWrong, Exclude
from lib.domain.experiment_axes import Value, drawn
from lib.domain.run import prompt_of

PROMPT = "prompt"
VARIABLE = re.compile(r"\{(\w{1,60})\}")
KEY_DIGITS = 32
VAIN_DRAWS = 200
"""So many draws for each cell of a sample: where excludes leave less, drawing takes too long."""

Place = tuple[int, ...]
"""Which row of each axis."""


def count_cells(design: Design) -> int:
    """How many cells the design makes. Its axes must be of a bearable size."""
    return count_places(design) * design.repeats


def count_places(design: Design) -> int:
    """How many combinations of values there are, each of which is repeated."""
    match design.combine:
        case Combine.GRID:
            return _count_grid(design)
        case Combine.SAMPLE:
            return min(design.sample.count if design.sample else 0, _count_grid(design))
        case _:
            return sum(1 for _ in places(design))


def _count_grid(design: Design) -> int:
    """By the axes one after another, with the excludes that their values have met so far."""
    met: Counter[frozenset[int]] = Counter({frozenset(range(len(design.excludes))): 1})
    for axis in design.axes:
        following: Counter[frozenset[int]] = Counter()
        for row in axis.rows:
            varied = dict(zip(axis.columns, row, strict=True))
            for still, ways in met.items():
                kept = frozenset(n for n in still if _may_meet(design.excludes[n], varied))
                following[kept] += ways
        met = following
    return met[frozenset()] if design.excludes else sum(met.values())


def places(design: Design) -> Iterator[Place]:
    """The combinations, without those that are excluded, in their order."""
    sizes = [axis.size for axis in design.axes]
    match design.combine:
        case Combine.GRID:
            found: Iterator[Place] = product(*map(range, sizes))
        case Combine.PAIRED:
            found = ((number,) * len(sizes) for number in range(min(sizes, default=1)))
        case Combine.ONE_AT_A_TIME:
            found = _one_at_a_time(sizes)
        case Combine.SAMPLE:
            return iter(_sampled(design, sizes))
    return (place for place in found if not _is_excluded(design, place))


def _one_at_a_time(sizes: Sequence[int]) -> Iterator[Place]:
    first = (0,) * len(sizes)
    if all(sizes):
        yield first
        for axis, size in enumerate(sizes):
            for number in range(1, size):
                yield (*first[:axis], number, *first[axis + 1 :])


def _sampled(design: Design, sizes: Sequence[int]) -> list[Place]:
    """Drawn one by one from a grid of any size; from a small one, its places in a drawn order."""
    sample = design.sample
    if sample is None:
        return []
    total, wanted = prod(sizes), count_places(design)
    if total <= 4 * sample.count:
        order = sorted(range(total), key=lambda nth: drawn(sample.drawn_from, nth, below=2**64))
        draws: Iterator[int] = iter(order)
    else:
        draws = (
            drawn(sample.drawn_from, nth, below=total) for nth in range(VAIN_DRAWS * sample.count)
        )
    chosen: set[int] = set()
    for number in draws:
        if len(chosen) == wanted:
            break
        if not _is_excluded(design, _place_of(number, sizes)):
            chosen.add(number)
    if len(chosen) < wanted:
        raise DesignWrong(
            "exclude: too little is left to draw a sample from. Take the values out of their axes.",
            ("exclude",),
        )
    return [_place_of(number, sizes) for number in sorted(chosen)]


def _place_of(number: int, sizes: Sequence[int]) -> Place:
    """The nth place of the grid."""
    rows = []
    for size in reversed(sizes):
        number, row = divmod(number, size)
        rows.append(row)
    return tuple(reversed(rows))


def varied_at(design: Design, place: Place) -> dict[str, Value]:
    """The value of each column there."""
    return {
        column: value
        for axis, number in zip(design.axes, place, strict=True)
        for column, value in zip(axis.columns, axis.rows[number], strict=True)
    }


def _is_excluded(design: Design, place: Place) -> bool:
    return bool(design.excludes) and is_left_out(design, varied_at(design, place))


def is_left_out(design: Design, varied: Mapping[str, Value]) -> bool:
    """Whether an exclude leaves out the cell with these values."""
    return any(_may_meet(exclude, varied) for exclude in design.excludes)


def _may_meet(exclude: Exclude, varied: Mapping[str, Value]) -> bool:
    """Whether none of these values saves a cell from being excluded."""
    return all(value in exclude[column] for column, value in varied.items() if column in exclude)


# -- cells ---------------------------------------------------------------------------------------


def cells(design: Design, fields: Sequence[str]) -> Iterator[Cell]:
    """The design's cells, with their inputs as they come of it: nothing is checked.

    `fields` are those of the model: other columns are variables of the prompt.
    """
    for place in places(design):
        varied = varied_at(design, place)
        values = input_of(design.base, varied, fields)
        for repeat in range(1, design.repeats + 1):
            key = key_of(design.model_id, values, varied, repeat)
            yield Cell(key, varied, repeat, values)


def input_of(
    base: Mapping[str, Value], varied: Mapping[str, Value], fields: Sequence[str]
) -> dict[str, Value]:
    """The base with a cell's values in it, unset fields left out."""
    values = {**base, **{name: value for name, value in varied.items() if name in fields}}
    variables = {name: str(value) for name, value in varied.items() if name not in fields}
    if variables:
        values[PROMPT] = filled(prompt_of(values), variables)
    return {name: value for name, value in values.items() if value is not None}


def filled(prompt: str, variables: Mapping[str, str]) -> str:
    """The prompt with values for its variables; other words in braces stay as they are.

    What a value brings along is text, never a variable.
    """
    return VARIABLE.sub(lambda found: variables.get(found[1], found[0]), prompt)


def variables_in(prompt: str) -> list[str]:
    """The words in braces, each once."""
    return list(dict.fromkeys(VARIABLE.findall(prompt)))


def key_of(
    model_id: str, values: Mapping[str, Value], varied: Mapping[str, Value], repeat: int
) -> str:
    """The same for the same cell, whichever design it comes of, and in every version of Python."""
    made_of: list[Any] = [model_id, dict(values), dict(varied), repeat]
    canonical = json.dumps(made_of, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:KEY_DIGITS]

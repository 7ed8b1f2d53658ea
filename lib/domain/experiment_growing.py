"""A design with a value more: all cells that it had stay as they are, under the same keys."""

from collections.abc import Sequence
from dataclasses import replace

from lib.domain.experiment import Combine, Design, DesignWrong
from lib.domain.experiment_axes import MOST_VALUES, Listed, Value, listed
from lib.domain.experiment_cells import is_left_out, places, varied_at

LARGE_SAMPLE = (
    f"A sample of more than {MOST_VALUES:,} combinations does not grow by values. Begin another."
)


def columns_to_add(design: Design, axis_number: int) -> tuple[str, ...]:
    """What a new value has to say: of paired axes one for each of them."""
    if design.combine is Combine.PAIRED:
        return design.columns
    return design.axes[axis_number].columns


def with_row(design: Design, axis_number: int, row: Sequence[Value]) -> Design:
    """The design with one value more at the end of an axis, or of all that are paired.

    Raises DesignWrong where that cannot be said.
    """
    match design.combine:
        case Combine.PAIRED:
            return _paired(design, row)
        case Combine.SAMPLE:
            return _sampled(design, axis_number, row)
    return with_values(design, axis_number, [tuple(row)])


def with_values(design: Design, axis_number: int, rows: Sequence[tuple[Value, ...]]) -> Design:
    """The design with more values at the end of one axis."""
    axes = list(design.axes)
    old = listed(axes[axis_number])
    axes[axis_number] = replace(old, rows=(*old.rows, *rows))
    return replace(design, axes=tuple(axes))


def _paired(design: Design, row: Sequence[Value]) -> Design:
    """The pairs are written down as rows of one axis: of those, a part may come again."""
    pairs = [
        tuple(value for axis in design.axes for value in axis.rows[number])
        for number in range(design.axes[0].size)
    ]
    one_axis = Listed(design.columns, (*pairs, tuple(row)))
    return replace(design, axes=(one_axis,), combine=Combine.GRID)


def _sampled(design: Design, axis_number: int, row: Sequence[Value]) -> Design:
    """What was drawn is written down, and the new value comes with as many as one value has.

    A sample drawn anew from a larger grid would be another one: cells that were paid for would
    drop out of it.
    """
    axis, columns = design.axes[axis_number], design.columns
    drawn = [varied_at(design, place) for place in places(design)]
    if len(drawn) >= MOST_VALUES:
        raise DesignWrong(LARGE_SAMPLE, ("sample",))
    value = dict(zip(axis.columns, row, strict=True))
    if tuple(row) in axis.rows:
        said = ", ".join(str(one)[:40] for one in row)
        raise DesignWrong(f"{said!r} stands there twice. Keep one.", ("axes", axis_number))
    new = {tuple({**one, **value}[name] for name in columns): None for one in drawn}
    kept = [one for one in new if not is_left_out(design, dict(zip(columns, one, strict=True)))]
    share = max(1, round(len(drawn) / axis.size))
    rows = (*(tuple(one[name] for name in columns) for one in drawn), *kept[:share])
    one_axis = Listed(columns, rows)
    return replace(design, axes=(one_axis,), combine=Combine.GRID, sample=None, excludes=())

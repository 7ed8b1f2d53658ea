"""Axes from a table, as spreadsheets write it, and a design's cells as such a table."""

import csv
import io
from collections.abc import Sequence

from lib.domain.experiment import Design, DesignWrong
from lib.domain.experiment_axes import MOST_VALUES, Listed, Value
from lib.domain.experiment_cells import places, varied_at
from lib.domain.experiment_tree import read_value
from lib.domain.model import Model

LARGEST = 1_000_000
"""Characters."""
MOST_COLUMNS = 20
BOM = "\ufeff"


def paired_axis(text: str, model: Model) -> Listed:
    """One axis of all columns: a row is taken as a whole. Raises DesignWrong, with the line."""
    columns, rows = _read(text, model)
    return Listed(columns, rows)


def crossed_axes(text: str, model: Model) -> tuple[Listed, ...]:
    """An axis for each column, of its different values; empty places below them do not count."""
    columns, rows = _read(text, model)
    return tuple(
        Listed((column,), tuple((value,) for value in _different(rows, nth)))
        for nth, column in enumerate(columns)
    )


def _different(rows: Sequence[tuple[Value, ...]], nth: int) -> list[Value]:
    found = dict.fromkeys(row[nth] for row in rows if row[nth] not in (None, ""))
    return list(found)


def table_of(design: Design) -> str:
    """What each cell has in each column, repeats left out: `paired_axis` makes the same cells."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(design.columns)
    for place in places(design):
        writer.writerow(_written(value) for value in varied_at(design, place).values())
    return written.getvalue()


def _written(value: Value) -> str:
    """As in a link: nothing is not set."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _read(text: str, model: Model) -> tuple[tuple[str, ...], tuple[tuple[Value, ...], ...]]:
    if len(text) > LARGEST:
        raise DesignWrong(f"The table has more than {LARGEST:,} characters: make it shorter.")
    # Lines end as they are written: a value may hold any of them.
    reader = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True)
    rows: list[tuple[Value, ...]] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            if not columns:
                columns = _head(cells)
            elif cells:
                rows.append(_row(columns, cells, model, reader.line_num))
            if len(rows) > MOST_VALUES:
                told = f"more than {MOST_VALUES:,} rows. Leave some out."
                raise DesignWrong(f"Line {reader.line_num}: {told}")
    except csv.Error as error:
        told = f"this is no CSV ({error}). Put quotes around values that hold commas or quotes."
        raise DesignWrong(f"Line {reader.line_num}: {told}") from error
    if not rows:
        raise DesignWrong("The table has no rows: give the names of the columns, and rows below.")
    return columns, tuple(rows)


def _head(cells: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in cells)
    if not all(columns):
        raise DesignWrong("Line 1: a column has no name. Write the name of a field or a variable.")
    if len(columns) > MOST_COLUMNS:
        raise DesignWrong(f"Line 1: {len(columns)} columns, {MOST_COLUMNS} at most.")
    return columns


def _row(
    columns: Sequence[str], cells: Sequence[str], model: Model, line: int
) -> tuple[Value, ...]:
    if len(cells) != len(columns):
        told = f"{len(cells)} values for {len(columns)} columns: give one for each."
        raise DesignWrong(f"Line {line}: {told}")
    values = []
    for column, cell in zip(columns, cells, strict=True):
        try:
            values.append(read_value(model, column, cell))
        except DesignWrong as error:
            raise DesignWrong(f"Line {line}, {column}: {error}") from error
    return tuple(values)

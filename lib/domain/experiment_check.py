"""Whether a design can be carried out: every refusal names the part of it, and the remedy."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lib.domain.errors import InputInvalid
from lib.domain.experiment import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST_AXES,
    MOST_CELLS,
    MOST_EXCLUDES,
    MOST_REPEATS,
    Cell,
    Combine,
    Design,
    DesignWrong,
)
from lib.domain.experiment_axes import MOST_VALUES, Axis, Value, name_of
from lib.domain.experiment_cells import (
    PROMPT,
    cells,
    count_cells,
    count_places,
    variables_in,
)
from lib.domain.model import Model
from lib.domain.run import prompt_of

NAME_OF_VARIABLE = re.compile(r"\w{1,60}")
LONGEST_VALUE = 50_000
MOST_TEXT = 20_000_000
"""Characters of all prompts together: they are written down before the first is sent."""


def checked_cells(design: Design, model: Model) -> list[Cell]:
    """The cells with their inputs as they will be sent. Raises DesignWrong."""
    check(design, model)
    fields = [rule.name for rule in model.input_fields]
    made, letters = [], 0
    for cell in cells(design, fields):
        letters += len(prompt_of(cell.input))
        if letters > MOST_TEXT:
            raise DesignWrong(
                f"prompt: all prompts together have more than {MOST_TEXT:,} characters. "
                "Shorten them, or make fewer cells.",
                ("base", PROMPT),
            )
        made.append(_checked(cell, model))
    return made


def _checked(cell: Cell, model: Model) -> Cell:
    try:
        return replace(cell, input=model.check(cell.input))
    except InputInvalid as error:
        values = ", ".join(f"{name} {str(value)[:40]!r}" for name, value in cell.varied.items())
        told = f"The cell with {values}: {error}" if values else str(error)
        raise DesignWrong(told, ("base", error.problems[0].field)) from error


def check(design: Design, model: Model) -> int:
    """How many cells a sound design makes. Raises DesignWrong."""
    _check_name(design)
    _check_base(design, model)
    _check_axes(design, model)
    _check_variables(design, model)
    _check_excludes(design)
    _check_combining(design)
    return _check_count(design)


def unfilled(design: Design) -> list[str]:
    """Words in braces that no axis has values for: they would be sent as they stand."""
    found = dict.fromkeys(name for prompt in _prompts(design) for name in variables_in(prompt))
    return [name for name in found if name not in design.columns]


def _check_name(design: Design) -> None:
    if len(design.name) > LONGEST_NAME:
        raise DesignWrong(f"name: {LONGEST_NAME} characters at most.", ("name",))
    if len(design.parent) > LONGEST_ID:
        raise DesignWrong("parent: that is no experiment's id. Leave it out.", ("parent",))


def _check_base(design: Design, model: Model) -> None:
    known = {rule.name: rule for rule in model.input_fields}
    for name, value in design.base.items():
        if name not in known:
            told = f"base.{name}: {model.name} has no such field. Leave it out."
            raise DesignWrong(told, ("base", name))
        problem = None if name in design.columns else known[name].problem_with(value)
        if problem:
            raise DesignWrong(f"base.{name}: {problem}", ("base", name))


# -- axes ----------------------------------------------------------------------------------------


def _check_axes(design: Design, model: Model) -> None:
    if len(design.axes) > MOST_AXES:
        raise DesignWrong(f"axes: {MOST_AXES} at most. Put columns into one table.", ("axes",))
    seen: set[str] = set()
    for number, axis in enumerate(design.axes):
        try:
            _check_axis(axis, model, seen)
        except DesignWrong as error:
            told = f"Axis {number + 1} ({name_of(axis)[:80]}): {error}"
            raise DesignWrong(told, ("axes", number, *error.where)) from error
        seen.update(axis.columns)


def _check_axis(axis: Axis, model: Model, seen: set[str]) -> None:
    for column in axis.columns:
        if column in seen or axis.columns.count(column) > 1:
            raise DesignWrong(f"{column} is varied twice. Keep one of the two.", ("vary",))
    if not axis.columns or not axis.size:
        raise DesignWrong("it has no values. Give at least one, or leave the axis out.")
    if axis.size > MOST_VALUES:
        told = f"it has {axis.size:,} values, {MOST_VALUES:,} at most. Shorten it."
        raise DesignWrong(told, ("values",))
    for nth, column in enumerate(axis.columns):
        _check_column(column, [row[nth] for row in axis.rows], model)
    twice = _first_twice(axis)
    if twice is not None:
        row = ", ".join(str(value)[:40] for value in axis.rows[twice])
        raise DesignWrong(f"{row!r} stands there twice. Keep one.", (*_rows_of(axis), twice))


def _rows_of(axis: Axis) -> tuple[str]:
    return ("rows",) if len(axis.columns) > 1 else ("values",)


def _check_column(column: str, values: Sequence[Value], model: Model) -> None:
    rule = next((rule for rule in model.input_fields if rule.name == column), None)
    if rule is None and not NAME_OF_VARIABLE.fullmatch(column):
        told = f"{column[:60]!r} is no field, and a variable is named by letters, digits and _."
        raise DesignWrong(told, ("vary",))
    for number, value in enumerate(values):
        problem = _problem_of_text(value) if rule is None else rule.problem_with(value)
        if problem:
            raise DesignWrong(f"value {number + 1}: {problem}", ("values", number))


def _problem_of_text(value: Value) -> str | None:
    if not isinstance(value, str):
        return "a variable's value is text: put it into quotes."
    if len(value) > LONGEST_VALUE:
        return f"it is longer than {LONGEST_VALUE:,} characters. Shorten it."
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        return "it holds half a character (a lone surrogate). Delete it and type it anew."
    return None


def _first_twice(axis: Axis) -> int | None:
    seen = set()
    for number, row in enumerate(axis.rows):
        if row in seen:
            return number
        seen.add(row)
    return None


# -- the prompt's variables ----------------------------------------------------------------------


def _check_variables(design: Design, model: Model) -> None:
    """Each stands in each prompt: or cells would be bought twice that are the same request."""
    fields = {rule.name for rule in model.input_fields}
    variables = [name for name in design.columns if name not in fields]
    for prompt in _prompts(design):
        there = variables_in(prompt)
        for name in variables:
            if name not in there:
                told = f"{{{name}}} does not stand in the prompt {prompt[:60]!r}. "
                raise DesignWrong(told + "Write it there, or leave the axis out.", ("base", PROMPT))


def _prompts(design: Design) -> Iterator[str]:
    """All that are varied, or else the base's."""
    for axis in design.axes:
        if PROMPT in axis.columns:
            nth = axis.columns.index(PROMPT)
            yield from (str(row[nth] or "") for row in axis.rows)
            return
    yield prompt_of(design.base)


# -- combining -----------------------------------------------------------------------------------


def _check_excludes(design: Design) -> None:
    if len(design.excludes) > MOST_EXCLUDES:
        raise DesignWrong(f"exclude: {MOST_EXCLUDES} at most.", ("exclude",))
    known = {
        column: {row[nth] for row in axis.rows}
        for axis in design.axes
        for nth, column in enumerate(axis.columns)
    }
    for number, exclude in enumerate(design.excludes):
        where = ("exclude", number)
        if not exclude:
            raise DesignWrong(f"Exclude {number + 1} names nothing. Leave it out.", where)
        for column, values in exclude.items():
            if column not in known:
                told = f"Exclude {number + 1}: {column} is not varied. Name a column of an axis."
                raise DesignWrong(told, (*where, column))
            for value in values:
                if value not in known[column]:
                    told = f"Exclude {number + 1}: {column} is never {str(value)[:40]!r}."
                    raise DesignWrong(f"{told} Correct it.", (*where, column))


def _check_combining(design: Design) -> None:
    if not 1 <= design.repeats <= MOST_REPEATS:
        raise DesignWrong(f"repeats: give a number from 1 to {MOST_REPEATS}.", ("repeats",))
    if (design.combine is Combine.SAMPLE) is (design.sample is None):
        told = "sample: say how many cells to draw, and leave it out unless combine is sample."
        raise DesignWrong(told, ("sample",))
    if design.sample and design.sample.count < 1:
        raise DesignWrong("sample: draw at least 1 cell.", ("sample", "count"))
    if design.combine is Combine.PAIRED:
        _check_lengths(design)


def _check_lengths(design: Design) -> None:
    longest = max((axis.size for axis in design.axes), default=0)
    for number, axis in enumerate(design.axes):
        if axis.size != longest:
            told = f"Axis {number + 1} ({name_of(axis)}) has {axis.size:,} values, and another "
            told += f"has {longest:,}. Paired axes are of one length: add values, or make a grid."
            raise DesignWrong(told, ("axes", number))


def _check_count(design: Design) -> int:
    if design.sample and design.sample.count > MOST_CELLS:
        told = f"sample: {MOST_CELLS:,} cells at most. Draw fewer."
        raise DesignWrong(told, ("sample", "count"))
    count = count_cells(design)
    if count > MOST_CELLS:
        raise DesignWrong(*_too_many(design, count))
    if count == 0:
        raise DesignWrong("exclude: nothing is left. Leave an exclude out.", ("exclude",))
    return count


def _too_many(design: Design, count: int) -> tuple[str, tuple[str | int, ...]]:
    told = f"These are {count:,} cells, {MOST_CELLS:,} at most. "
    longest = max(range(len(design.axes)), key=lambda nth: design.axes[nth].size, default=None)
    if longest is None or count_places(design) <= MOST_CELLS // MOST_REPEATS:
        return told + f"Repeat them less often than {design.repeats} times.", ("repeats",)
    axis = design.axes[longest]
    told += f"The longest axis is {longest + 1} ({name_of(axis)}) with {axis.size:,} values: "
    return told + "shorten it, or draw a sample.", ("axes", longest)

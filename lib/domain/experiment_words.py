"""Axes as people type them: `1K, 2K`, `1..10..3`, `random 5`, or a line for each text."""

import re
from collections.abc import Sequence

from lib.domain.experiment import Design, DesignWrong
from lib.domain.experiment_axes import SEED, Axis, Listed, RandomSeeds, Range, range_in
from lib.domain.experiment_cells import PROMPT, variables_in
from lib.domain.experiment_tree import read_value
from lib.domain.input_field import FieldKind
from lib.domain.model import Model
from lib.domain.run import prompt_of

NOT_SET = "not set"
RANDOM = re.compile(r"random (\d{1,4})(?: from (-?\d{1,20}))?", re.ASCII | re.IGNORECASE)
SHOWN = 4


def axis_from(model: Model, column: str, text: str, *, drawn_from: int) -> Axis:
    """The axis that was typed. Raises DesignWrong.

    Random seeds belong to the number that is typed (`random 5 from 7`), or else to `drawn_from`.
    """
    if is_text(model, column):
        words = [line.strip() for line in text.splitlines() if line.strip()]
        return _listed(model, column, words)
    whole = text.strip()
    if column == SEED and (found := RANDOM.fullmatch(whole)):
        return RandomSeeds(int(found[1]), int(found[2] or drawn_from))
    if model.input_field(column).kind is FieldKind.INTEGER and (span := range_in(whole, column)):
        return span
    return _listed(model, column, [word.strip() for word in re.split(r"[,\n]", text)])


def _listed(model: Model, column: str, words: Sequence[str]) -> Listed:
    found = [word for word in words if word]
    if not found:
        raise DesignWrong(f"{column}: give at least one value.")
    values = [read_value(model, column, "" if word == NOT_SET else word) for word in found]
    return Listed((column,), tuple((value,) for value in values))


def is_text(model: Model, column: str) -> bool:
    """Whether a column's values are texts of one line each, and not words with commas between."""
    kinds = {rule.name: rule.kind for rule in model.input_fields}
    return kinds.get(column, FieldKind.TEXT) is FieldKind.TEXT


def typed(model: Model, axis: Axis) -> str | None:
    """An axis as it is typed, to be changed; None where typing cannot say it exactly."""
    if len(axis.columns) != 1:
        return None
    (column,) = axis.columns
    match axis:
        case Range():
            text = str(axis)
        case RandomSeeds():
            text = f"random {axis.size} from {axis.drawn_from}"
        case _:
            between = "\n" if is_text(model, column) else ", "
            text = between.join(word_of(row[0]) for row in axis.rows)
    try:
        return text if axis_from(model, column, text, drawn_from=0) == axis else None
    except DesignWrong:
        return None


def can_be_varied(model: Model, design: Design) -> list[str]:
    """The variables of the prompt, then the fields, without those that are varied."""
    prompts = [prompt_of(design.base)]
    for axis in design.axes:
        if PROMPT in axis.columns:
            nth = axis.columns.index(PROMPT)
            prompts = [str(row[nth]) for row in axis.rows]
    names = [name for prompt in prompts for name in variables_in(prompt)]
    names += [rule.name for rule in model.input_fields]
    return [name for name in dict.fromkeys(names) if name not in design.columns]


def words_of(axis: Axis) -> str:
    """An axis for a glance: `1K, 2K, 4K`, `1..10`, `5 random`, `cat, dog, … 12 values`."""
    match axis:
        case Range():
            return str(axis)
        case RandomSeeds():
            return f"{axis.size} random, drawn from {axis.drawn_from}"
    shown = [" | ".join(map(word_of, row)) for row in axis.rows[:SHOWN]]
    more = f", … {axis.size} values" if axis.size > SHOWN else ""
    return ", ".join(shown) + more


def word_of(value: object) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return str(value).lower()
    return NOT_SET if value is None else str(value)

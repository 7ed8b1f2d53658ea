"""What the history can be filtered by: each filter's name and, where they are known, its values.

A filter's name is the parameter of a link and the column of the table. Its values are text, as a
link carries them: `2K`, `4`, `true`; the empty text is *not set*. Several values mean: any of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lib.domain.catalog import MODELS
from lib.domain.input_field import FieldKind, InputField
from lib.domain.run import CostBasis, RunState

UNSET = ""
"""The value of a run that has none: no thinking level, no rating, never checked."""
YES, NO = "true", "false"
LONGEST_VALUE = 200


class FilterKind(StrEnum):
    """How much a filter can tell of its values."""

    FACET = "facet"
    """One of few values: each can be counted beside its name."""
    MARK = "mark"
    """Any number of a run's own words, each of which can be counted: its tags, its collections."""
    FLAG = "flag"
    """Yes or no: found as quickly as a facet, and not counted."""
    LOOKUP = "lookup"
    """One of as many values as there are runs: found, and not counted."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. Without `values` any text is one: nobody knows all persons or tags."""

    name: str
    kind: FilterKind = FilterKind.FACET
    values: tuple[str, ...] = ()

    def problem_with(self, value: str) -> str | None:
        """Why the history cannot be filtered by this value, in plain words; None when it can."""
        if self.values and value not in self.values:
            allowed = ", ".join(known or "nothing (not set)" for known in self.values)
            return f"{self.name} cannot be {value[:40]!r}: choose of {allowed}."
        if len(value) > LONGEST_VALUE:
            return f"{self.name} is too long ({len(value):,}): {LONGEST_VALUE} characters at most."
        return None


def _input_filters() -> Iterator[Filter]:
    rules: dict[str, list[InputField]] = {}
    for rule in (rule for model in MODELS for rule in model.input_fields):
        rules.setdefault(rule.name, []).append(rule)
    for name, same in rules.items():
        values = tuple(dict.fromkeys(value for rule in same for value in _values_of(rule)))
        if values:
            yield Filter(name, values=(*values, UNSET))


def _values_of(rule: InputField) -> tuple[str, ...]:
    if rule.kind is FieldKind.CHOICE:
        return rule.choices
    if rule.kind is FieldKind.BOOLEAN:
        return (YES, NO)
    if rule.kind is FieldKind.INTEGER and rule.minimum is not None and rule.maximum is not None:
        return tuple(str(number) for number in range(rule.minimum, rule.maximum + 1))
    return ()


INPUT_FILTERS = tuple(_input_filters())
"""The fields of the models' input that have few values, in the order of the catalogue."""

FILTERS: tuple[Filter, ...] = (
    Filter("state", values=tuple(RunState)),
    Filter("status"),
    Filter("created_by"),
    Filter("model_id"),
    *INPUT_FILTERS,
    Filter("rating", values=("5", "4", "3", "2", "1", UNSET)),
    Filter("favourite", values=(YES, NO)),
    Filter("nsfw_detected", values=(YES, NO, UNSET)),
    Filter("has_pictures", values=(YES, NO)),
    Filter("adopted", values=(YES, NO)),
    Filter("missing", values=(YES, NO)),
    Filter("tag", FilterKind.MARK),
    Filter("collection", FilterKind.MARK),
    Filter("seed", FilterKind.LOOKUP),
    Filter("same_prompt_as", FilterKind.LOOKUP),
    Filter("parent_id", FilterKind.LOOKUP),
    Filter("experiment", FilterKind.LOOKUP),
    Filter("sku", FilterKind.LOOKUP),
    Filter("cost_basis", FilterKind.LOOKUP, values=tuple(CostBasis)),
    Filter("kept", FilterKind.FLAG, values=(YES, NO)),
    Filter("opened", FilterKind.FLAG, values=(YES, NO)),
    Filter("downloaded", FilterKind.FLAG, values=(YES, NO)),
    Filter("duplicate", FilterKind.FLAG, values=(YES, NO)),
)
FACETS = tuple(known for known in FILTERS if known.kind is FilterKind.FACET)
COUNTED = tuple(known for known in FILTERS if known.kind in (FilterKind.FACET, FilterKind.MARK))
"""The filters whose values have a count beside them."""

_BY_NAME = {known.name: known for known in FILTERS}


def find_filter(name: str) -> Filter:
    """The filter of that name; KeyError when there is none."""
    return _BY_NAME[name]

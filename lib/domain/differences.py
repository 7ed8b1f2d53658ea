"""What differs between runs that are alike: the fields of their input, in the catalogue's order."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.domain.catalog import MODELS

FIELDS = tuple(dict.fromkeys(rule.name for model in MODELS for rule in model.input_fields))
DEFAULTS = {rule.name: rule.default for model in MODELS for rule in model.input_fields}


def differing_fields(inputs: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """The fields that are not the same in all of these inputs, with the value of each.

    A field that was not sent has its default. Values of different kinds differ: `1` is not `true`.
    """
    names = dict.fromkeys([*FIELDS, *(name for values in inputs for name in values)])
    found = {name: tuple(_value(values, name) for values in inputs) for name in names}
    return {name: values for name, values in found.items() if not _are_same(values)}


def _value(values: Mapping[str, Any], name: str) -> Any:
    value = values.get(name)
    return DEFAULTS.get(name) if value is None else value


def _are_same(values: Sequence[Any]) -> bool:
    return all(type(value) is type(values[0]) and value == values[0] for value in values[1:])

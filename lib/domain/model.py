"""A model of the catalogue: what it accepts, and the check of an input against its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.errors import FieldProblem, InputInvalid
from lib.domain.input_field import InputField

Input = dict[str, Any]
"""A checked input: exactly what is sent, with unset optional fields left out."""


@dataclass(frozen=True, slots=True)
class OutputField:
    """One field of a model's output, for the reference table."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the API's catalogue: its id as in `POST /v1/models/{id}/runs`, and its fields."""

    id: str
    name: str
    provider: str
    description: str
    docs_url: str
    input_fields: tuple[InputField, ...]
    output_fields: tuple[OutputField, ...] = ()

    def input_field(self, name: str) -> InputField:
        """The rule of one field; KeyError when the model has none of that name."""
        for rule in self.input_fields:
            if rule.name == name:
                return rule
        raise KeyError(name)

    def defaults(self) -> Input:
        """A value for every field, None where it is unset."""
        return {rule.name: rule.default for rule in self.input_fields}

    def completed(self, values: Mapping[str, Any]) -> Input:
        """A value for every field: the one given, or else the default. Nothing is checked."""
        return {
            rule.name: rule.default if values.get(rule.name) is None else values[rule.name]
            for rule in self.input_fields
        }

    def allowed(self, values: Mapping[str, Any]) -> Input:
        """Those of `values` that the rules of their fields allow; all others are left out."""
        return {
            rule.name: values[rule.name]
            for rule in self.input_fields
            if values.get(rule.name) is not None and not rule.problem_with(values[rule.name])
        }

    def check(self, values: Mapping[str, Any]) -> Input:
        """Return what will be sent: `values` over the defaults, unset fields left out.

        Raises InputInvalid with one problem for each field that is refused.
        """
        known = self.defaults()
        problems = [
            FieldProblem(name, f"{name} is not a field of {self.name}: leave it out.")
            for name in values
            if name not in known
        ]
        checked: Input = {}
        for rule in self.input_fields:
            value = values.get(rule.name)
            value = rule.default if value is None else value
            problem = rule.problem_with(value)
            if problem:
                problems.append(FieldProblem(rule.name, problem))
            elif value is not None:
                checked[rule.name] = value
        if problems:
            raise InputInvalid(problems)
        return checked

"""One field of a model's input: its rule as data, and what is wrong with a value, in plain words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)
LONGEST_NUMBER = 40
LARGEST_INTEGER = 10**LONGEST_NUMBER - 1
"""The vendor's page bounds no seed; this one keeps it a number that can be written down."""


class FieldKind(StrEnum):
    """What sort of value an input field takes."""

    TEXT = "string"
    CHOICE = "choice"
    INTEGER = "integer"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a model's input, named as the API names it.

    `minimum` and `maximum` bound an integer's value or a text's length in Unicode characters.
    A `default` of None means: left out of the request when unset.
    """

    name: str
    kind: FieldKind
    description: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def problem_with(self, value: Any) -> str | None:
        """Say in plain words why `value` is refused, or None when it is allowed."""
        if value is None:
            return f"{self.name} is missing: {self.remedy()}." if self.required else None
        return CHECKS[self.kind](self, value)

    def from_text(self, text: str) -> Any:
        """Read a value from text, as in a link; ValueError with the reason where it is none."""
        try:
            value = READERS[self.kind](text)
        except ValueError as error:
            raise ValueError(f"{self.name} cannot be read, {error}: {self.remedy()}.") from error
        problem = self.problem_with(value)
        if problem:
            raise ValueError(problem)
        return value

    def remedy(self) -> str:
        """What an allowed value looks like, as the end of a sentence."""
        match self.kind:
            case FieldKind.CHOICE:
                return "choose one of " + ", ".join(self.choices)
            case FieldKind.BOOLEAN:
                return "choose true or false"
            case FieldKind.TEXT:
                return f"write {self._range()} characters"
            case FieldKind.INTEGER:
                return f"give a whole number{self._range(' from ', ' to ')}"

    def _range(self, before: str = "", between: str = " to ") -> str:
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{before}{self.minimum:,}{between}{self.maximum:,}"

    def is_within(self, size: int) -> bool:
        """Whether an integer's value or a text's length is between the bounds."""
        above = self.minimum is None or size >= self.minimum
        return above and (self.maximum is None or size <= self.maximum)


def _text_problem(rule: InputField, value: Any) -> str | None:
    if not isinstance(value, str):
        return f"{rule.name} must be text, not {_kind_of(value)}: {rule.remedy()}."
    if any("\ud800" <= character <= "\udfff" for character in value):
        return f"{rule.name} holds half a character (a lone surrogate): delete it and type it anew."
    if rule.is_within(len(value)):
        return None
    short = rule.minimum is not None and len(value) < rule.minimum
    return f"{rule.name} is too {'short' if short else 'long'} ({len(value):,}): {rule.remedy()}."


def _choice_problem(rule: InputField, value: Any) -> str | None:
    if not isinstance(value, str):
        return f"{rule.name} must be text, not {_kind_of(value)}: {rule.remedy()}."
    if value in rule.choices:
        return None
    return f"{rule.name} cannot be {value[:40]!r}: {rule.remedy()}."


def _integer_problem(rule: InputField, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{rule.name} must be a whole number, not {_kind_of(value)}: {rule.remedy()}."
    if abs(value) > LARGEST_INTEGER:
        return f"{rule.name} cannot be of more than {LONGEST_NUMBER} digits: {rule.remedy()}."
    if rule.is_within(value):
        return None
    return f"{rule.name} cannot be {value}: {rule.remedy()}."


def _boolean_problem(rule: InputField, value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    return f"{rule.name} must be true or false, not {_kind_of(value)}."


def _kind_of(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"the text {value[:40]!r}"
        case int() | float():
            return f"the number {str(value)[:40]}"
        case _:
            return f"a {type(value).__name__}"


def _read_integer(text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise ValueError(f"{text[:40]!r} is not a whole number")
    return int(text)


def _read_boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text[:40]!r} is neither true nor false")
    return text.lower() == "true"


CHECKS: Mapping[FieldKind, Callable[[InputField, Any], str | None]] = {
    FieldKind.TEXT: _text_problem,
    FieldKind.CHOICE: _choice_problem,
    FieldKind.INTEGER: _integer_problem,
    FieldKind.BOOLEAN: _boolean_problem,
}
READERS: Mapping[FieldKind, Callable[[str], Any]] = {
    FieldKind.TEXT: str,
    FieldKind.CHOICE: str,
    FieldKind.INTEGER: _read_integer,
    FieldKind.BOOLEAN: _read_boolean,
}

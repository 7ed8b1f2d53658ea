"""A link that restores the form: its query parameters are the input fields.

Only what differs from the defaults is named. A prompt too long for an address is kept under an id
and named by that. What a link says is checked like any other input.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model
from lib.ui.field_widgets import can_show

DRAFT = "draft"
"""The parameter that names kept values."""
LONGEST_IN_ADDRESS = 1_500
"""Characters of a text as they stand in an address, where a letter beyond ASCII takes several."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: a value for every field, or None when it names none; and what is wrong."""

    values: dict[str, Any] | None
    problems: tuple[str, ...] = ()


def query_of(
    model: Model, values: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], str]
) -> dict[str, str]:
    """The query parameters for a form; `keep` is given a long text and returns its draft's id."""
    query: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for rule in model.input_fields:
        value = values.get(rule.name)
        if value in (None, rule.default) or rule.problem_with(value):
            continue
        text = _text_of(value)
        if rule.kind is FieldKind.TEXT and len(quote(text)) > LONGEST_IN_ADDRESS:
            kept[rule.name] = value
        else:
            query[rule.name] = text
    return {DRAFT: keep(kept), **query} if kept else query


def address_of(base: str, query: Mapping[str, str]) -> str:
    """The whole address."""
    return f"{base}?{urlencode(query)}" if query else base


def read_link(
    model: Model, query: Mapping[str, str], find: Callable[[str], Mapping[str, Any] | None]
) -> Link:
    """What the parameters say; `find` gives the values kept under a draft's id.

    Parameters that are no fields are let be: they are another page's, or a mail program's.
    """
    if DRAFT not in query and not any(rule.name in query for rule in model.input_fields):
        return Link(None)
    values, problems = model.defaults(), []
    if DRAFT in query:
        kept = find(query[DRAFT])
        if kept is None:
            problems.append(f"{DRAFT} {query[DRAFT][:40]!r} is not known here: ask for a new link.")
        for rule in model.input_fields:
            if kept and rule.name in kept:
                _take(rule, partial(kept.__getitem__, rule.name), values, problems)
    for rule in model.input_fields:
        if rule.name in query:
            _take(rule, partial(_value_of, rule, query[rule.name]), values, problems)
    return Link(values, tuple(problems))


def _take(
    rule: InputField, read: Callable[[], Any], values: dict[str, Any], problems: list[str]
) -> None:
    try:
        value = read()
    except ValueError as error:
        problems.append(str(error))
        return
    problem = rule.problem_with(value) or can_show(rule, value)
    if problem:
        problems.append(problem)
    else:
        values[rule.name] = value


def _value_of(rule: InputField, text: str) -> Any:
    """An empty parameter unsets a field that can be unset."""
    return None if not text and rule.default is None else rule.from_text(text)


def _text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Whether a request may become a run: the model's field rules, and the envelope's.

The rules are data, in catalog.json. Values are taken as they are: a number is no string, null is
no value, and a field the model does not know is refused where its page lists all fields.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from lib.sandbox.catalog import Model
from lib.sandbox.errors import field_error

Loc = list[str | int]
Errors = list[dict[str, Any]]
Rule = Mapping[str, Any]

_MEDIA = re.compile(r"(https?://[^\s]+|data:[^;,]+;base64,.*|runflow://assets/.+)", re.DOTALL)
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")
LONGEST_URL = 2048
LONGEST_CLIENT_REF = 255


def envelope_errors(body: Mapping[str, Any], input_kind: type = dict) -> Errors:
    """What is wrong beside the model's input: `callback_url`, `metadata`, `client_ref`."""
    errors: Errors = []
    if "input" not in body:
        errors.append(field_error(["body", "input"], "Field required", "missing"))
    elif not isinstance(body["input"], input_kind):
        kind = "an object" if input_kind is dict else "an array"
        errors.append(field_error(["body", "input"], f"Input should be {kind}", "type_error"))
    errors += callback_url_errors(body.get("callback_url"))
    if not isinstance(body.get("metadata"), dict | None):
        message = "Input should be an object or null"
        errors.append(field_error(["body", "metadata"], message, "dict_type"))
    return errors + client_ref_errors(body.get("client_ref"), ["body", "client_ref"])


def callback_url_errors(url: Any) -> Errors:
    loc: Loc = ["body", "callback_url"]
    if url is None:
        return []
    if not isinstance(url, str):
        return [field_error(loc, "Input should be a string or null", "string_type")]
    if len(url) > LONGEST_URL:
        return [field_error(loc, f"Longer than {LONGEST_URL} characters", "string_too_long")]
    if _URL.fullmatch(url) is None:
        return [field_error(loc, "Input should be an http or https URL", "url_parsing")]
    return []


def client_ref_errors(client_ref: Any, loc: Loc) -> Errors:
    if not isinstance(client_ref, str | None):
        return [field_error(loc, "Input should be a string or null", "string_type")]
    if client_ref is not None and len(client_ref) > LONGEST_CLIENT_REF:
        return [field_error(loc, f"Longer than {LONGEST_CLIENT_REF} characters", "string_too_long")]
    return []


def input_errors(model: Model, values: Mapping[str, Any], loc: Loc) -> Errors:
    """What is wrong with a model's input, field by field."""
    rules = {rule["name"]: rule for rule in model.fields}
    errors: Errors = []
    for name, rule in rules.items():
        if name in values:
            errors += _value_errors(rule, values[name], [*loc, name])
        elif rule.get("required"):
            errors.append(field_error([*loc, name], "Field required", "missing"))
    if model.refuses_unknown_fields:
        message = "Extra inputs are not permitted"
        extra = [name for name in values if name not in rules]
        errors += [field_error([*loc, name], message, "extra_forbidden") for name in extra]
    return errors


def _value_errors(rule: Rule, value: Any, loc: Loc) -> Errors:
    if not _IS_KIND[rule["type"]](value):
        kind = rule["type"].replace("_", " ")
        return [field_error(loc, f"Input should be a valid {kind}", f"{rule['type']}_type")]
    problem = _bounds_problem(rule, value)
    if problem is None:
        return []
    return [field_error(loc, *problem)]


def _bounds_problem(rule: Rule, value: Any) -> tuple[str, str] | None:
    """The message and type of a value that has the right kind but breaks a bound, else None."""
    for name, (is_broken, message, kind) in _BOUNDS.items():
        if name in rule and is_broken(value, rule[name]):
            return message.format(_spelled(rule[name])), kind
    return None


def _spelled(bound: Any) -> str:
    return ", ".join(f"'{item}'" for item in bound) if isinstance(bound, list) else str(bound)


_BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str, str]] = {
    "allowed": (
        lambda value, bound: value not in bound,
        "Input should be one of {}",
        "literal_error",
    ),
    "minimum": (operator.lt, "Input should be at least {}", "greater_than_equal"),
    "maximum": (operator.gt, "Input should be at most {}", "less_than_equal"),
    "min_length": (
        lambda value, bound: len(value) < bound,
        "Input should have at least {} characters",
        "string_too_short",
    ),
    "max_length": (
        lambda value, bound: len(value) > bound,
        "Input should have at most {} characters",
        "string_too_long",
    ),
    "min_items": (lambda value, bound: len(value) < bound, "Give at least {} items", "too_short"),
    "max_items": (lambda value, bound: len(value) > bound, "Give at most {} items", "too_long"),
}


def is_integer(value: Any) -> bool:
    """Whether JSON counts it as an integer: it knows one kind of number, and 2.0 is one."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool)


def _is_media(value: Any) -> bool:
    return isinstance(value, str) and _MEDIA.fullmatch(value) is not None


_IS_KIND: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "media": _is_media,
    "media_list": lambda value: isinstance(value, list) and all(map(_is_media, value)),
}

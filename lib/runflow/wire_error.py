"""The API's spelling of a refusal: flat, nested in `error`, or FastAPI's `detail`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.errors import FieldProblem
from lib.runflow.lenient_json import UnusableAnswer, first_text, plain, text

LONGEST_MESSAGE = 1_000
MOST_PROBLEMS = 50
WHERE_A_REQUEST_HOLDS_FIELDS = ("body", "input")


@dataclass(frozen=True, slots=True)
class ApiWords:
    """What the API said with a refusal: its code, its message, and the fields it names."""

    code: str | None = None
    message: str | None = None
    problems: tuple[FieldProblem, ...] = ()


def parse_error(body: Any) -> ApiWords:
    """Read the body of a refusal, None when it had no JSON. Never raises."""
    try:
        told = plain(body)
    except UnusableAnswer:
        return ApiWords()
    layers = _layers(told)
    problems = tuple(problem for layer in layers for problem in _problems(layer))[:MOST_PROBLEMS]
    message = _first(layers, "message", "msg", "error", "detail") or text(told)
    if message is None and problems:
        message = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return ApiWords(_first(layers, "code"), _short(message), problems)


def _layers(told: Any) -> list[Mapping[str, Any]]:
    """The objects that may hold code, message and errors, the outermost first."""
    if not isinstance(told, Mapping):
        return []
    nested = (told.get("error"), told.get("detail"))
    return [told, *(layer for layer in nested if isinstance(layer, Mapping))]


def _first(layers: list[Mapping[str, Any]], *names: str) -> str | None:
    return next((found for layer in layers if (found := first_text(layer, *names))), None)


def _problems(layer: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in ("errors", "detail"):
        entries = layer.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if problem := _problem(entry):
                yield problem


def _problem(entry: Any) -> FieldProblem | None:
    if not isinstance(entry, Mapping):
        return FieldProblem("input", _short(entry) or "") if text(entry) else None
    message = _short(first_text(entry, "msg", "message"))
    where = entry.get("loc", entry.get("field"))
    return FieldProblem(_field(where), message) if message else None


def _field(where: Any) -> str:
    """The field a problem is about: `["body", "input", "prompt"]` is `prompt`."""
    parts = where.split(".") if isinstance(where, str) else where
    if not isinstance(parts, list):
        return "input"
    names = [str(part) for part in parts if isinstance(part, str | int)]
    for outer in WHERE_A_REQUEST_HOLDS_FIELDS:
        if len(names) > 1 and names[0] == outer:
            names = names[1:]
    return ".".join(names)[:LONGEST_MESSAGE] or "input"


def _short(message: str | None) -> str | None:
    if message is None or len(message) <= LONGEST_MESSAGE:
        return message
    return message[: LONGEST_MESSAGE - 1] + "…"

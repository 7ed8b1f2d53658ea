"""The columns of a table that is taken away, the same for CSV, Parquet and Excel."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lib.domain.catalog import MODELS
from lib.domain.input_field import FieldKind, InputField
from lib.domain.money import dollars_from_micros
from lib.store.taken_runs import TakenRun

LARGEST_WHOLE = 2**53
"""What every program that reads tables keeps exactly."""


class Kind(StrEnum):
    """What a column holds; None is *not known* or *not set* in each."""

    TEXT = "text"
    WHOLE = "whole number"
    DOLLARS = "dollars"
    """A decimal with up to six places."""
    DECIMAL = "decimal"
    """The same of what is no money."""
    TIME = "time"
    """Milliseconds since 1970 UTC, as they are in the ledger."""
    TRUTH = "true or false"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, and how it is read off a row."""

    name: str
    kind: Kind
    value: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """What is taken away as a table: what its rows are called, what each is known by, its columns."""

    rows: str
    key: Callable[[Any], str]
    columns: tuple[Column, ...]


def table_of_runs() -> Table:
    """The runs of a history."""
    return Table("runs", lambda taken: str(taken.id), columns())


def columns() -> tuple[Column, ...]:
    """All columns, in order."""
    return tuple(_columns())


def _columns() -> Iterator[Column]:
    yield from _of_ledger(Kind.TEXT, "id")
    yield from _of_ledger(Kind.TIME, "created_at")
    yield from _of_ledger(Kind.TEXT, "created_by", "origin", "model_id", "state", "status")
    yield from map(_of_input, _fields())
    yield Column("seed_used", Kind.TEXT, lambda taken: plain(taken.run["seed_used"]))
    yield Column("pictures", Kind.WHOLE, lambda taken: len(taken.pictures))
    yield Column("picture_sha256s", Kind.TEXT, _sha256s)
    for name in ("estimate", "cost"):
        yield from _of_ledger(Kind.WHOLE, f"{name}_micros")
        yield Column(f"{name}_usd", Kind.DOLLARS, _dollars(f"{name}_micros"))
    yield from _of_ledger(Kind.TEXT, "cost_basis", "price_version")
    yield from _of_ledger(Kind.WHOLE, "duration_ms", "http_status")
    yield Column("nsfw_detected", Kind.TRUTH, lambda taken: _truth(taken.run["nsfw_detected"]))
    yield from _of_ledger(Kind.TEXT, "failure_code", "failure_message", "failure_stage", "note")
    yield from _of_ledger(Kind.TEXT, "remote_id", "parent_id", "parent_kind")
    yield from _of_ledger(Kind.TIME, "sent_at", "accepted_at", "settled_at", "deleted_at")
    yield from _of_ledger(Kind.TIME, "adopted_at", "missing_at", "decided_at", "corrected_at")
    yield Column("favourite", Kind.TRUTH, lambda taken: taken.favourite)
    yield Column("rating", Kind.WHOLE, lambda taken: taken.rating)
    yield Column("tags", Kind.TEXT, lambda taken: as_json(taken.tags))
    yield Column("remark", Kind.TEXT, lambda taken: taken.remark or None)
    yield Column("input", Kind.TEXT, lambda taken: as_json(taken.run["input"]))


def plain(value: Any) -> str | None:
    """A value of the API's as text: a text as it is, everything else as JSON."""
    if value is None:
        return None
    return value if isinstance(value, str) and _can_be_written(value) else as_json(value)


def as_json(value: Any) -> str:
    """The value as JSON, which any file can hold: halves of characters are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if _can_be_written(text) else json.dumps(value)


def _can_be_written(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: JSON can carry it, no file can
        return False
    return True


def _of_ledger(kind: Kind, *names: str) -> Iterator[Column]:
    for name in names:
        yield Column(name, kind, lambda taken, name=name: taken.run[name])  # type: ignore[misc]


def _fields() -> list[InputField]:
    fields = [field for model in MODELS for field in model.input_fields]
    return list({field.name: field for field in fields}.values())


def _of_input(field: InputField) -> Column:
    """A field of the model's input. What is not of its kind stands in `input` alone."""
    name = field.name
    match field.kind:
        case FieldKind.BOOLEAN:
            return Column(name, Kind.TRUTH, lambda taken: _truth(_asked(taken, name)))
        case FieldKind.INTEGER if field.maximum is not None and field.maximum < LARGEST_WHOLE:
            return Column(name, Kind.WHOLE, lambda taken: _whole(_asked(taken, name)))
        case _:
            return Column(name, Kind.TEXT, lambda taken: plain(_asked(taken, name)))


def _asked(taken: TakenRun, name: str) -> Any:
    asked = taken.run["input"]
    return asked.get(name) if isinstance(asked, dict) else None


def _truth(value: Any) -> bool | None:
    return bool(value) if isinstance(value, bool) or value in (0, 1) else None


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) < LARGEST_WHOLE else None


def _dollars(name: str) -> Callable[[TakenRun], Any]:
    def dollars(taken: TakenRun) -> Any:
        micros = taken.run[name]
        return None if micros is None else dollars_from_micros(micros)

    return dollars


def _sha256s(taken: TakenRun) -> str:
    return " ".join(picture["sha256"] for picture in taken.pictures)

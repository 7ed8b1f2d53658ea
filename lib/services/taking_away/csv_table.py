"""
CSV that no spreadsheet runs, and that can be read back exactly.

UTF-8 with a byte order mark, so that spreadsheets know it; commas; CRLF after each row; texts
always in quotes, everything else never; nothing at all is *not known*. Times are ISO 8601 UTC.

A text that a spreadsheet could take for a formula, one that begins with `'`, and one with control
characters is guarded by a leading `'`. `unguarded` undoes it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.services.taking_away.columns import Kind, Table, table_of_runs

MIME = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
# Also the wide forms, and what is behind spaces: some spreadsheets take those for the sign.
_FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠|%']|[\t\r\n]")


def write(
    batches: Iterable[list[Any]], table: Table | None = None, *, begin: str = BYTE_ORDER_MARK
) -> Iterator[bytes]:
    """The file, a batch of rows at a time; of runs, unless another table is told."""
    wanted = (table or table_of_runs()).columns
    yield (begin + line(column.name for column in wanted)).encode()
    for batch in batches:
        rows = (line(cell(column.kind, column.value(row)) for column in wanted) for row in batch)
        yield "".join(rows).encode()


def cell(kind: Kind, value: Any) -> Any:
    """What stands in a cell: a guarded text, or what is written without quotes."""
    if value is None:
        return None
    match kind:
        case Kind.TEXT:
            return guarded(str(value))
        case Kind.TIME:
            return iso(value)
        case Kind.TRUTH:
            return bool(value)
        case Kind.DOLLARS | Kind.DECIMAL:
            return Bare(f"{value:.6f}")
        case Kind.WHOLE:
            return int(value)


class Bare(str):
    """Text that is written without quotes, since it is a number."""


def line(cells: Iterable[Any]) -> str:
    """One row of a CSV."""
    return ",".join(map(_written, cells)) + "\r\n"


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: mostly as it is."""
    if _CONTROLS.search(text):
        return "'" + json.dumps(text)
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given. After `'"` comes JSON; any other `'` is just taken away."""
    if text.startswith("'\""):
        return str(json.loads(text[1:]))
    return text.removeprefix("'")


def iso(at_ms: int) -> str:
    """`2026-11-23T12:00:00.000Z`; the number itself where no calendar has it."""
    try:
        moment = EPOCH + timedelta(milliseconds=at_ms)
    except OverflowError:
        return str(at_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Bare):
        return str(value)
    return '"' + str(value).replace('"', '""') + '"'

"""Lists as every list endpoint gives them: filter, sort, projection, and pages by cursor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from lib.sandbox.cursors import FIRST, Cursor, decoded, encoded
from lib.sandbox.database import Database
from lib.sandbox.errors import field_error, invalid
from lib.sandbox.filters import Column, compiled

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """What the caller wants of a list; `sort_by` are column names and whether each descends."""

    q: str | None
    limit: int
    sort_by: tuple[tuple[str, bool], ...]
    fields: tuple[str, ...] | None
    cursor: Cursor | None
    backward: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to list: a FROM clause with its WHERE, and the columns they can be sorted by."""

    sql: str
    columns: Mapping[str, Column]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    next: str | None
    previous: str | None

    def of(self, items: list[dict[str, Any]], wanted: tuple[str, ...] | None) -> dict[str, Any]:
        """The answer's body, each item cut down to the fields that are wanted."""
        cut = items if wanted is None else [{name: item[name] for name in wanted} for item in items]
        return {"items": cut, "first": FIRST, "next": self.next, "previous": self.previous}


def listed(query: QueryParams, sort_by: str = "created_at:desc") -> Listed:
    """The list parameters of a query; raises 422."""
    cursor = decoded(query["pq"]) if query.get("pq") else None
    wanted = query.get("fields")
    return Listed(
        q=query.get("q") or None,
        limit=_limit(query.get("limit")),
        sort_by=_sort(query.get("sort_by") or sort_by),
        fields=tuple(dict.fromkeys(wanted.split(","))) if wanted else None,
        cursor=cursor,
        backward=_flag(query.get("from_prev")) or (cursor is not None and cursor.backward),
    )


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_LIMIT:
        raise _bad("limit", f"Input should be an integer from 1 to {LARGEST_LIMIT}")
    return int(text)


def _flag(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise _bad("from_prev", "Input should be true or false")
    return text == "true"


def _sort(text: str) -> tuple[tuple[str, bool], ...]:
    terms = []
    for term in text.split(","):
        name, _, direction = term.strip().partition(":")
        if direction.lower() not in ("", "asc", "desc"):
            raise _bad("sort_by", f"{direction!r} is neither asc nor desc")
        terms.append((name, direction.lower() == "desc"))
    return tuple(terms)


def _bad(name: str, message: str) -> Exception:
    return invalid([field_error(["query", name], message, "value_error")])


def page(database: Database, source: Source, wanted: Listed, known: frozenset[str]) -> Page:
    """One page of rows, newest first unless asked otherwise; `known` are the fields of an item."""
    _check_fields(wanted, known)
    order = _order(wanted, source.columns)
    condition, values = compiled(wanted.q, source.columns) if wanted.q else ("1", {})
    after, marks = _after(order, wanted)
    keys = ", ".join(f"{sql} AS sort_{place}" for place, (sql, _) in enumerate(order))
    directions = ", ".join(
        f"{sql} {'DESC' if descends != wanted.backward else 'ASC'}" for sql, descends in order
    )
    rows = database.all(
        f"SELECT *, {keys} {source.sql} AND {condition} AND {after} ORDER BY {directions} LIMIT :n",
        {**source.values, **values, **marks, "n": wanted.limit + 1},
    )
    return _page(rows, wanted, len(order))


def _check_fields(wanted: Listed, known: frozenset[str]) -> None:
    unknown = [name for name in wanted.fields or () if name not in known]
    if unknown:
        raise _bad("fields", f"{unknown[0]!r} is unknown; use {', '.join(sorted(known))}")


def _order(wanted: Listed, columns: Mapping[str, Column]) -> list[tuple[str, bool]]:
    """SQL terms to sort by; the id at the end makes the order total."""
    unknown = [name for name, _ in wanted.sort_by if name not in columns]
    if unknown:
        raise _bad("sort_by", f"{unknown[0]!r} is unknown; use {', '.join(columns)}")
    terms = dict([*wanted.sort_by, ("id", wanted.sort_by[0][1])])
    return [(_sortable(columns[name]), descends) for name, descends in terms.items()]


def _sortable(column: Column) -> str:
    return f"COALESCE({column.sql}, '')" if column.nullable else column.sql


def _after(order: list[tuple[str, bool]], wanted: Listed) -> tuple[str, dict[str, Any]]:
    """The condition that a row lies beyond the cursor, in the direction that is walked."""
    if wanted.cursor is None or wanted.cursor.is_first:
        return "1", {}
    keys = wanted.cursor.keys
    if len(keys) != len(order) or wanted.cursor.sort_by != wanted.sort_by:
        raise _bad("pq", "The cursor belongs to another sort_by")
    marks = {f"after_{place}": key for place, key in enumerate(keys)}
    signs = ["<" if descends != wanted.backward else ">" for _, descends in order]
    if len(set(signs)) == 1:
        # One comparison of whole rows is what an index can answer.
        left, right = ", ".join(sql for sql, _ in order), ", ".join(f":{mark}" for mark in marks)
        return f"(({left}) {signs[0]} ({right}))", marks
    return f"({' OR '.join(_steps(order, signs))})", marks


def _steps(order: list[tuple[str, bool]], signs: list[str]) -> list[str]:
    steps = []
    for place, (sql, _) in enumerate(order):
        same = [f"{before} = :after_{at}" for at, (before, _) in enumerate(order[:place])]
        steps.append(f"({' AND '.join([*same, f'{sql} {signs[place]} :after_{place}'])})")
    return steps


def _page(rows: list[Any], wanted: Listed, keys: int) -> Page:
    more, kept = len(rows) > wanted.limit, rows[: wanted.limit]
    if wanted.backward:
        kept.reverse()
    if not kept:
        return Page([], None, None)

    def cursor(row: Any, *, backward: bool) -> str:
        values = tuple(row[f"sort_{place}"] for place in range(keys))
        return encoded(Cursor(backward, wanted.sort_by, values))

    entered = wanted.cursor is not None and not wanted.cursor.is_first
    has_next, has_previous = (entered, more) if wanted.backward else (more, entered)
    return Page(
        kept,
        cursor(kept[-1], backward=False) if has_next else None,
        cursor(kept[0], backward=True) if has_previous else None,
    )

"""The filter language of lists: `q=status_code:succeeded AND created_at>2026-04-01`.

Both spellings on record are read: operators (`= : > < >= <= !=`) and dotted names with a quoted
value (`client_ref.EQ:'token'`), combined with AND, OR, NOT and parentheses. The word null stands
for a missing value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.sandbox.clock import parse_iso
from lib.sandbox.errors import Refusal, field_error, invalid
from lib.sandbox.money import to_micros

_LONGEST = 4000
_DEEPEST = 40
_TEST = re.compile(
    r"""\s*(?P<name>[A-Za-z_]+)
        (?: \.(?P<dotted>[A-Za-z]+)\s*: | \s*(?P<sign>>=|<=|!=|=|:|>|<) )
        \s*(?P<value>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | [^\s()'"]+)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"\s*(AND\b|OR\b|NOT\b|\(|\))", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SQL_SIGN = {
    "=": "IS",
    ":": "IS",
    "eq": "IS",
    "!=": "IS NOT",
    "ne": "IS NOT",
    ">": ">",
    "gt": ">",
    "<": "<",
    "lt": "<",
    ">=": ">=",
    "gte": ">=",
    "<=": "<=",
    "lte": "<=",
}


def _integer(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError("does not fit in 64 bits")
    return number


def _boolean(text: str) -> int:
    return {"true": 1, "false": 0}[text.lower()]


READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "time": parse_iso,
    "money": lambda text: _integer(str(to_micros(text))),
    "integer": _integer,
    "boolean": _boolean,
}


@dataclass(frozen=True, slots=True)
class Column:
    """Something a list can be filtered and sorted by: its SQL and what its values are."""

    sql: str
    kind: str = "text"
    nullable: bool = True


@dataclass(slots=True)
class _Reader:
    """Reads the filter from left to right; `values` collects what the SQL's marks stand for."""

    text: str
    columns: Mapping[str, Column]
    at: int = 0
    depth: int = 0
    values: dict[str, Any] = field(default_factory=dict)

    def alternatives(self) -> str:
        parts = [self.conjunction()]
        while self.take("OR"):
            parts.append(self.conjunction())
        return f"({' OR '.join(parts)})"

    def conjunction(self) -> str:
        parts = [self.factor()]
        while self.take("AND"):
            parts.append(self.factor())
        return f"({' AND '.join(parts)})"

    def factor(self) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise bad_filter("is nested too deeply")
        sql = self.negated() or self.grouped() or self.test()
        self.depth -= 1
        return sql

    def negated(self) -> str | None:
        return f"(NOT {self.factor()})" if self.take("NOT") else None

    def grouped(self) -> str | None:
        if not self.take("("):
            return None
        sql = self.alternatives()
        if not self.take(")"):
            raise bad_filter(f"needs a ')' at character {self.at}")
        return sql

    def test(self) -> str:
        match = _TEST.match(self.text, self.at)
        if match is None:
            raise bad_filter(f"cannot be read from character {self.at}: {self.text[self.at :]!r}")
        self.at = match.end()
        column = self.columns.get(match["name"])
        if column is None:
            raise bad_filter(f"names {match['name']!r}; known are {', '.join(self.columns)}")
        sign = _SQL_SIGN.get((match["dotted"] or match["sign"]).lower())
        if sign is None:
            raise bad_filter(f"has the unknown operator {match['dotted']!r}")
        return f"({column.sql} {sign} {self.mark(column, match['name'], match['value'])})"

    def mark(self, column: Column, name: str, value: str) -> str:
        mark = f"q{len(self.values)}"
        try:
            self.values[mark] = None if value == "null" else READERS[column.kind](unquoted(value))
        except (ValueError, KeyError) as error:
            raise bad_filter(f"needs {name} as {column.kind}, not {value}") from error
        return f":{mark}"

    def take(self, word: str) -> bool:
        match = _WORD.match(self.text, self.at)
        if match is None or match[1].upper() != word:
            return False
        self.at = match.end()
        return True


def compiled(text: str, columns: Mapping[str, Column]) -> tuple[str, dict[str, Any]]:
    """The filter as an SQL condition and its values; raises 422 when it cannot be read."""
    if len(text) > _LONGEST:
        raise bad_filter(f"is longer than {_LONGEST} characters")
    reader = _Reader(text, columns)
    sql = reader.alternatives()
    if text[reader.at :].strip():
        raise bad_filter(f"cannot be read from character {reader.at}: {text[reader.at :]!r}")
    return sql, reader.values


def unquoted(value: str) -> str:
    return _ESCAPE.sub(r"\1", value[1:-1]) if value[0] in "'\"" else value


def bad_filter(problem: str) -> Refusal:
    return invalid([field_error(["query", "q"], f"The filter {problem}", "filter_error")])

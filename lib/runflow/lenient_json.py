"""Read JSON from a server that may be wrong or lie, so that no value of it can harm what follows."""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lib.domain.money import micros_from_dollars

MAX_DOLLARS = Decimal(1_000_000_000)
"""No honest amount is larger; `1e999999999` would take all memory to write out as an integer."""
LARGEST_WHOLE = 2**63 - 1
"""What an integer column of a database holds."""
LONE_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")
"""Neither can be stored: UTF-8 has no lone surrogates, PostgreSQL takes no NUL."""


class UnusableAnswer(ValueError):
    """The answer cannot be what was asked for; its message says why."""


def read_json(content: bytes) -> Any:
    """Parse `content`, numbers with a point as Decimal. Raises UnusableAnswer when it is no JSON."""
    try:
        return json.loads(content, parse_float=_decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UnusableAnswer("the answer is not JSON") from error


def plain(value: Any) -> Any:
    """A copy of parsed JSON that any JSON writer and any database takes.

    Decimals become floats (read money before), and characters that cannot be stored become `�`.
    Raises UnusableAnswer when the nesting is too deep.
    """
    try:
        return _plain(value)
    except RecursionError as error:
        raise UnusableAnswer("the answer is nested too deep") from error


def json_object(value: Any) -> dict[str, Any]:
    """`value` made plain, when it is a JSON object; UnusableAnswer when it is anything else."""
    if not isinstance(value, Mapping):
        raise UnusableAnswer("the answer is not a JSON object")
    return dict(plain(value))


def text(value: Any) -> str | None:
    """`value` when it is text with something in it."""
    return value if isinstance(value, str) and value.strip() else None


def first_text(body: Mapping[str, Any], *names: str) -> str | None:
    """The first of the fields `names` that holds text."""
    return next((found for name in names if (found := text(body.get(name)))), None)


def whole(value: Any) -> int | None:
    """`value` as an integer of at least 0 that fits in 64 bits, when it is a number or spells one."""
    number = _number(value)
    if number is None or not 0 <= number <= LARGEST_WHOLE:
        return None
    return int(number)


def micros(value: Any) -> int | None:
    """An amount in dollars as micro-dollars, or None when `value` is no believable amount."""
    dollars = _number(value)
    if dollars is None or not -MAX_DOLLARS <= dollars <= MAX_DOLLARS:
        return None
    return micros_from_dollars(dollars)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _decimal(digits: str) -> Decimal | None:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _no_number(_name: str) -> None:
    """NaN and Infinity are not JSON, though Python reads them."""


def _plain(value: Any) -> Any:
    match value:
        case str():
            return value if value.isascii() and "\0" not in value else _storable(value)
        case Mapping():
            return {_storable(str(name)): _plain(entry) for name, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case Decimal() | float():
            return _as_float(value)
        case _:
            return value


def _as_float(number: Decimal | float) -> float | None:
    """JSON has no infinity, which a large Decimal becomes as a float, and no NaN."""
    try:
        as_float = float(number)
    except ValueError:
        return None
    return as_float if math.isfinite(as_float) else None


def _storable(value: str) -> str:
    return LONE_SURROGATE_OR_NUL.sub("\ufffd", value)

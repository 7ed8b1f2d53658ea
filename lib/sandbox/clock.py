"""Time as the sandbox counts it: whole microseconds since 1970, UTC."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SECOND = 1_000_000


def now_micros() -> int:
    """The current time in microseconds since 1970."""
    return time.time_ns() // 1000


def iso(micros: int | None) -> str | None:
    """The API's spelling of a time: Python's `isoformat()`, offset `+00:00`, never `Z`."""
    if micros is None:
        return None
    return (_EPOCH + timedelta(microseconds=micros)).isoformat()


def parse_iso(text: str) -> int:
    """Microseconds of an ISO 8601 date or date-time; without an offset it is UTC.

    Raises ValueError when the text is neither.
    """
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)

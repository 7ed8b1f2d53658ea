"""Read the `Retry-After` header: seconds, an HTTP date, or something that means nothing."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 86_400.0
"""Whatever is longer, down to a forged date in the year 9999, is told as one day."""
SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)


def retry_after_s(header: str | None, *, said_at: str | None, now_ms: int) -> float | None:
    """Seconds to wait, between 0 and a day; None when the API did not say so in a sensible way.

    A date is measured from `said_at`, the answer's own `Date` header, since its clock need not be
    ours; from `now_ms` when it has none.
    """
    told = (header or "").strip()
    if SECONDS.fullmatch(told):
        return min(float(told), LONGEST_S)
    then = _seconds_since_1970(told)
    if then is None:
        return None
    now = _seconds_since_1970(said_at or "")
    return min(max(then - (now_ms / 1000 if now is None else now), 0.0), LONGEST_S)


def _seconds_since_1970(http_date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()

"""What one hour, day, week or month is called in a link: `2026-11-22T13:00Z`, `2026-11-22`, `2026-W47`.

Days, weeks and months are those of the team's zone. An hour is named in UTC: where clocks go back,
the zone's own name for it means two.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lib.domain.buckets import Bucket, Span, next_start
from lib.domain.days import start_ms
from lib.domain.periods import EARLIEST, LATEST

FORMS = {
    Bucket.HOUR: r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z",
    Bucket.DAY: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    Bucket.WEEK: r"[0-9]{4}-W[0-9]{2}",
    Bucket.MONTH: r"[0-9]{4}-[0-9]{2}",
}
QUARTERS = (0, 15, 30, 45)


@dataclass(frozen=True, slots=True)
class NamedBucket:
    """One bucket, by its name."""

    bucket: Bucket
    name: str

    def span_ms(self, zone: ZoneInfo) -> Span:
        """When it begins and is over in a zone, ms UTC."""
        if self.bucket is Bucket.HOUR:
            begins = int(datetime.fromisoformat(self.name).timestamp() * 1000)
        else:
            begins = start_ms(_first_day(self), zone)
        return begins, next_start(self.bucket, begins, zone)


def bucket_at(bucket: Bucket, at_ms: int, zone: ZoneInfo) -> NamedBucket:
    """The bucket that begins at a moment, or that the moment is in; an hour begins at it."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC if bucket is Bucket.HOUR else zone)
    forms = {
        Bucket.HOUR: "%Y-%m-%dT%H:%MZ",
        Bucket.DAY: "%Y-%m-%d",
        Bucket.WEEK: "%G-W%V",
        Bucket.MONTH: "%Y-%m",
    }
    return NamedBucket(bucket, local.strftime(forms[bucket]))


def named_bucket(text: str) -> NamedBucket:
    """The bucket of a name. Raises ValueError that says what would be right."""
    for bucket, form in FORMS.items():
        if re.fullmatch(form, text, re.ASCII):
            found = NamedBucket(bucket, text)
            try:
                day = _first_day(found)
                is_quarter = bucket is not Bucket.HOUR or int(text[14:16]) in QUARTERS
                if EARLIEST <= day <= LATEST and is_quarter:
                    return found
            except ValueError:
                break
    raise ValueError(
        f"at cannot be {text[:40]!r}: give a month as 2026-11, a week as 2026-W47, a day as"
        " 2026-11-22 or an hour as 2026-11-22T13:00Z."
    )


def _first_day(named: NamedBucket) -> date:
    text = f"{named.name}-01" if named.bucket is Bucket.MONTH else named.name
    return datetime.fromisoformat(text).date()

"""The known spend of days, in total and by person, SKU and the like."""

from datetime import date
from zoneinfo import ZoneInfo

from lib.domain.buckets import Bucket
from lib.domain.periods import Days
from lib.domain.spend import Cut, Group
from lib.store.tables import Tables


class SpendByDay:
    """Reads the spend of one origin by days of `zone`, in micro-dollars."""

    def __init__(self, tables: Tables, *, origin: str, zone: ZoneInfo) -> None:
        self._tables = tables
        self._origin = origin
        self._zone = zone

    def of(self, days: Days) -> dict[date, int]:
        """What was spent on each of these days; those without spend are left out."""
        return self._by(days).get("", {})

    def by(self, group: Group, days: Days) -> dict[str, dict[date, int]]:
        """The same by the values of a group."""
        return self._by(days, group)

    def _by(self, days: Days, *groups: Group) -> dict[str, dict[date, int]]:
        cut = Cut(self._origin, *days.span_ms(self._zone), self._zone)
        sums = self._tables.sums(cut, by=groups, bucket=Bucket.DAY)
        local = sums["bucket"].dt.tz_convert(self._zone).dt.date.tolist()
        names = sums[groups[0]].tolist() if groups else [""] * len(local)
        found: dict[str, dict[date, int]] = {}
        for day, name, micros in zip(local, names, sums["amount_micros"].tolist(), strict=True):
            found.setdefault(name, {})[day] = int(micros)
        return found

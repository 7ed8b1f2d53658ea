"""The known spend of days, by person and SKU."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from lib.domain.buckets import Bucket
from lib.domain.periods import Days
from lib.domain.spend import Cut, Group
from lib.store.tables import Tables


@dataclass(frozen=True, slots=True)
class DaySpend:
    """One person's spend on one SKU on one day, in micro-dollars."""

    day: date
    created_by: str
    sku: str
    amount_micros: int


class SpendByDay:
    """Reads the spend of one origin by days of `zone`."""

    def __init__(self, tables: Tables, *, origin: str, zone: ZoneInfo) -> None:
        self._tables = tables
        self._origin = origin
        self._zone = zone

    def of(self, days: Days) -> list[DaySpend]:
        """What was spent on each of these days."""
        cut = Cut(self._origin, *days.span_ms(self._zone), self._zone)
        sums = self._tables.sums(cut, by=(Group.PERSON, Group.SKU), bucket=Bucket.DAY)
        local = sums["bucket"].dt.tz_convert(self._zone).dt.date
        columns = (local, sums[Group.PERSON], sums[Group.SKU], sums["amount_micros"])
        return [
            DaySpend(day, person, sku, int(micros))
            for day, person, sku, micros in zip(*columns, strict=True)
        ]

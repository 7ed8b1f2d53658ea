"""Costs: what was spent, day by day in the team's time zone, and what is still open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from lib.domain.clock import Clock
from lib.store.tables import Tables, Totals

DAY_COLUMNS = ("runs", "pictures", "estimate_micros", "cost_micros")


class CostService:
    """Sums the ledger of one origin. Days are those of `zone`; money is micro-dollars."""

    def __init__(self, tables: Tables, *, origin: str, zone: ZoneInfo, clock: Clock) -> None:
        self._tables = tables
        self._origin = origin
        self._clock = clock
        self.zone = zone

    def today(self) -> date:
        """The day it is in the team's zone."""
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).astimezone(self.zone).date()

    def totals(self, first: date | None = None, last: date | None = None) -> Totals:
        """All sums of the days from `first` to `last`, both included; of all time without them."""
        return self._tables.totals(
            origin=self._origin,
            from_ms=_start_ms(first, self.zone) if first else 0,
            to_ms=_start_ms(last + timedelta(days=1), self.zone) if last else None,
        )

    def by_day(self, first: date, last: date) -> pd.DataFrame:
        """One row a day from `first` to `last`, both included, also for days without a run.

        Columns: `day` (midnight in the zone, without its offset), then DAY_COLUMNS as Int64.
        A run counts on the day of its click.
        """
        slots = self._tables.slots(
            origin=self._origin,
            from_ms=_start_ms(first, self.zone),
            to_ms=_start_ms(last + timedelta(days=1), self.zone),
        )
        day = slots["slot"].dt.tz_convert(self.zone).dt.tz_localize(None).dt.normalize()
        sums = (
            slots.assign(day=day.astype("datetime64[ms]")).groupby("day")[list(DAY_COLUMNS)].sum()
        )
        days = pd.date_range(first, last, freq="D", name="day", unit="ms")
        return sums.reindex(days, fill_value=0).astype("Int64").reset_index()


def _start_ms(day: date, zone: ZoneInfo) -> int:
    """When a day begins in a zone, ms UTC. DST-safe: a day may have 23 or 25 hours."""
    return int(datetime.combine(day, time.min, tzinfo=zone).timestamp() * 1000)

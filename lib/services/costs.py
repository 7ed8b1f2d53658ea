"""Costs: what was spent, day by day in the team's time zone, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lib.domain.clock import Clock
from lib.domain.days import start_ms
from lib.store.tables import Charges, Corrections, OddRun, Tables, Totals
from lib.store.tables_charges import Within

if TYPE_CHECKING:
    import pandas as pd

MOST_ODD_RUNS = 20
CORRECTIONS = "Corrections of closed months"
DAY_COLUMNS = ("runs", "pictures", "estimate_micros", "cost_micros")


class Period(StrEnum):
    """The spans that the report offers. The words stand in links."""

    THIS_MONTH = "this-month"
    LAST_30_DAYS = "last-30-days"
    LAST_MONTH = "last-month"
    ALL_TIME = "all-time"


class Part(StrEnum):
    """What spend is grouped by. The words stand in links."""

    SKU = "sku"
    PERSON = "created_by"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Tie:
    """The spend as one of the books has it, against what it should be. Micro-dollars."""

    book: str
    micros: int
    expected_micros: int

    @property
    def difference_micros(self) -> int:
        return self.micros - self.expected_micros


@dataclass(frozen=True, slots=True)
class CostReport:
    """What a span of days cost. Money is micro-dollars; a run counts on the day of its click.

    What becomes known after that month was closed counts on the day it did (`corrections`).

    `days` has one row a day from `first` to `last`, both included, also for days without a run:
    `day` (midnight in the zone, without its offset), then DAY_COLUMNS as Int64.
    """

    first: date
    last: date
    totals: Totals
    days: pd.DataFrame
    charges: Charges
    corrections: Corrections

    @property
    def pictures(self) -> int:
        """How many pictures the runs of known cost delivered."""
        return int(self.days["pictures"].sum())

    @property
    def ties(self) -> tuple[Tie, ...]:
        """The spend of the period as each of the books has it."""
        spend, confirmed = self.totals.spend_micros, self.totals.confirmed_micros
        moved, of_runs = self.corrections.micros, spend - self.corrections.micros
        corrected = (Tie(CORRECTIONS, moved, moved),) if moved else ()
        return (
            Tie("Costs of the runs", of_runs, of_runs),
            *corrected,
            Tie("Days of this page", int(self.days["cost_micros"].sum()), spend),
            Tie("Charge lines", self.charges.line_micros, spend),
            Tie("Roll-ups of the lines", self.charges.rollup_micros, spend),
            Tie("Named by the API: runs", confirmed, confirmed),
            Tie("Named by the API: lines", self.charges.confirmed_micros, confirmed),
        )

    @property
    def ties_out(self) -> bool:
        """Whether all the books say the same; anything else is a fault worth reporting."""
        return not any(tie.difference_micros for tie in self.ties)

    def spend_by(self, part: Part) -> pd.DataFrame:
        """The spend by one part, the most first: `name`, `quantity` and `amount_micros`."""
        sums = self.charges.parts.groupby(part.value)[["quantity", "amount_micros"]].sum()
        return sums.sort_values("amount_micros", ascending=False).reset_index(names="name")


class CostService:
    """Sums the ledger of one origin. Days are those of `zone`."""

    def __init__(self, tables: Tables, *, origin: str, zone: ZoneInfo, clock: Clock) -> None:
        self._tables = tables
        self._origin = origin
        self._clock = clock
        self.zone = zone

    def today(self) -> date:
        """The day it is in the team's zone."""
        return self._day_of(self._clock.now_ms())

    def report(self, period: Period) -> CostReport:
        """The costs of a period that ends today, or of the month before this one."""
        return self.between(*self._days_of(period))

    def between(self, first: date, last: date) -> CostReport:
        """The costs from `first` to `last`, both included."""
        found = self._tables.spending(**self._span(first, last))
        days = by_day(found.slots, first, last, self.zone)
        return CostReport(first, last, found.totals, days, found.charges, found.corrections)

    def odd_runs(self, report: CostReport) -> list[OddRun]:
        """The runs that keep a report from tying out."""
        return self._tables.odd_runs(**self._span(report.first, report.last), limit=MOST_ODD_RUNS)

    def _span(self, first: date, last: date) -> Within:
        return {
            "origin": self._origin,
            "from_ms": start_ms(first, self.zone),
            "to_ms": start_ms(last + timedelta(days=1), self.zone),
        }

    def _days_of(self, period: Period) -> tuple[date, date]:
        today = self.today()
        month = today.replace(day=1)
        match period:
            case Period.THIS_MONTH:
                return month, today
            case Period.LAST_30_DAYS:
                return today - timedelta(days=29), today
            case Period.LAST_MONTH:
                last = month - timedelta(days=1)
                return last.replace(day=1), last
            case Period.ALL_TIME:
                return self._all_days(today)

    def _all_days(self, today: date) -> tuple[date, date]:
        span = self._tables.click_span(origin=self._origin)
        if span is None:
            return today, today
        # A clock that was once wrong may have left runs in the future: they were paid as well.
        return self._day_of(span[0]), max(today, self._day_of(span[1]))

    def _day_of(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone).date()


def by_day(slots: pd.DataFrame, first: date, last: date, zone: ZoneInfo) -> pd.DataFrame:
    """Sums of quarters of an hour as sums of days; see CostReport for the columns."""
    import pandas as pd

    day = slots["slot"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    sums = slots.assign(day=day.astype("datetime64[ms]")).groupby("day")[list(DAY_COLUMNS)].sum()
    days = pd.date_range(first, last, freq="D", name="day", unit="ms")
    return sums.reindex(days, fill_value=0).astype("Int64").reset_index()

"""Costs: what was spent in a period of the team's zone, on what, by whom, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lib.domain.bucket_names import bucket_at
from lib.domain.buckets import Bucket, fitting, usual
from lib.domain.clock import Clock
from lib.domain.cost_query import CostQuery
from lib.domain.days import day_of
from lib.domain.periods import Days, days_of, previous_of
from lib.domain.spend import Cut
from lib.services.cost_report import CostReport
from lib.store.tables import CostReading, OddRun, Tables

if TYPE_CHECKING:
    import pandas as pd

MOST_ODD_RUNS = 20
MOST_COUNTED = 20_000
"""Runs of more than so many are not counted group by group: that would take longer than all the
rest."""
MOST_WITH_PICTURES = 200_000
"""Nor are the pictures of more than so many."""


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

    def report(self, query: CostQuery | None = None) -> CostReport:
        """The costs that are asked for; without a question those of this month."""
        query = query or CostQuery()
        with self._tables.at_once() as reading:
            days = self._days(reading, query)
            cut, before = self._cuts(query, days)
            bucket = _bucket(query.every, cut)
            totals = reading.totals(cut)
            return CostReport(
                query=query,
                days=days,
                cut=cut,
                before=before,
                bucket=bucket,
                now_ms=self._clock.now_ms(),
                totals=totals,
                pictures=reading.pictures(cut)
                if totals.settled_runs <= MOST_WITH_PICTURES
                else None,
                lines=reading.lines(cut),
                corrections=reading.corrections(cut),
                spend_micros=_sum(reading.sums(cut)),
                before_micros=_sum(reading.sums(before)) if before else 0,
                groups=_groups(reading, query, cut, before),
                bars=reading.sums(cut, query.by[:1], bucket),
            )

    def is_in_period(self, query: CostQuery) -> bool:
        """Whether the bar that a question is about is one of its period."""
        if query.at is None:
            return True
        with self._tables.at_once() as reading:
            begins, ends = self._days(reading, query).span_ms(self.zone)
        first, last = query.at.span_ms(self.zone)
        return first < ends and last > begins

    def charges(self, report: CostReport) -> pd.DataFrame:
        """The charges of a report by its groups and bars, all of them: see `tables_spend.sums`."""
        return self._tables.sums(report.cut, report.query.by, report.bucket)

    def run_counts(self, report: CostReport) -> Mapping[tuple[str, ...], int] | None:
        """How many runs the history shows for each row of `groups`; None where that are very many."""
        if report.totals.settled_runs > MOST_COUNTED:
            return None
        with self._tables.at_once() as reading:
            return reading.run_counts(report.cut, report.query.by)

    def by_origin(self, report: CostReport) -> list[tuple[str, int]]:
        """What each origin was charged for what a report is about, those that were charged at all.

        Never to be summed: one may be play money.
        """
        with self._tables.at_once() as reading:
            cuts = [replace(report.cut, origin=origin) for origin in reading.origins()]
            spend = [(cut.origin, _sum(reading.sums(cut))) for cut in cuts]
        return [(origin, micros) for origin, micros in spend if micros]

    def odd_runs(self, report: CostReport) -> list[OddRun]:
        """The runs that keep a report from tying out."""
        with self._tables.at_once() as reading:
            return reading.odd_runs(report.cut, limit=MOST_ODD_RUNS)

    def _days(self, reading: CostReading, query: CostQuery) -> Days:
        if query.own is not None:
            return query.own
        today = self.today()
        span = reading.click_span(origin=self._origin)
        # A clock that was once wrong may have left runs in the future: they were paid as well.
        first, last = (self._day_of(at) for at in span) if span else (today, today)
        return days_of(query.period, today, ever=Days(min(first, today), max(last, today)))

    def _cuts(self, query: CostQuery, days: Days) -> tuple[Cut, Cut | None]:
        """What is asked for, and what it is compared with."""
        begins, ends = days.span_ms(self.zone)
        whole = Cut(self._origin, begins, ends, self.zone, query.filters)
        if query.at is None:
            previous = previous_of(query.period, days)
            return whole, whole.during(*previous.span_ms(self.zone)) if previous else None
        first, last = query.at.span_ms(self.zone)
        earlier = bucket_at(query.at.bucket, first - 1, self.zone)
        if query.at.bucket is Bucket.HOUR:
            earlier_ms = (first - (last - first), first)
        else:
            earlier_ms = earlier.span_ms(self.zone)
        cut = whole.during(max(begins, min(first, ends)), max(begins, min(last, ends)))
        return cut, cut.during(*earlier_ms)

    def _day_of(self, at_ms: int) -> date:
        return day_of(at_ms, self.zone)


def _bucket(asked: Bucket | None, cut: Cut) -> Bucket:
    """The bucket that is asked for, where it makes no more bars than can be shown."""
    if asked is not None and asked in fitting(cut.from_ms, cut.to_ms):
        return asked
    return usual(cut.from_ms, cut.to_ms)


def _groups(reading: CostReading, query: CostQuery, cut: Cut, before: Cut | None) -> pd.DataFrame:
    """Each group now and before; also those that there were only before."""
    names = [str(group) for group in query.by]
    groups = reading.sums(cut, query.by).drop(columns="lines")
    if before is None:
        groups["before_micros"] = groups["amount_micros"] * 0
    else:
        earlier = reading.sums(before, query.by)[[*names, "amount_micros"]]
        earlier = earlier.rename(columns={"amount_micros": "before_micros"})
        groups = groups.merge(earlier, how="outer", on=names)
        sums = ["quantity", "amount_micros", "before_micros"]
        groups[sums] = groups[sums].fillna(0)
    return groups.sort_values(
        ["amount_micros", "before_micros", *names],
        ascending=[False, False, *(True for _ in names)],
        ignore_index=True,
    )


def _sum(sums: pd.DataFrame) -> int:
    return int(sums["amount_micros"].sum())

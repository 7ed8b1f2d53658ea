"""The figures of a cost report as its chart, its tables and its file need them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pandas as pd

from lib.domain.buckets import buckets_between
from lib.domain.money import MICROS_PER_DOLLAR, dollars_from_micros
from lib.domain.spend import Group
from lib.services.cost_report import CostReport
from lib.services.taking_away.csv_table import BYTE_ORDER_MARK, Bare, guarded, iso, line
from lib.ui import charts, money
from lib.ui.cost_words import TITLES, Words, axis_words, bucket_name, bucket_words

TOTAL = "Total"
MOST_SERIES = len(charts.OKABE_ITO)
LONGEST_DAY = 25
"""Hours."""
SO_FAR = " (so far)"


def per_picture(report: CostReport) -> int | None:
    """Spend by picture, in micro-dollars; None while there is no picture."""
    if not report.pictures:
        return None
    average = Decimal(report.spend_micros) / report.pictures
    return int(average.to_integral_value(ROUND_HALF_EVEN))


def counted(number: int, thing: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def places(amounts: Iterable[int]) -> int:
    """How many decimals a column of money needs."""
    return money.column_places(amounts)


def dollars(micros: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dollars for a chart or a column. Sums are never made of them."""
    return micros.astype("Float64") / MICROS_PER_DOLLAR


# -- the chart -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """The parts of the bars: the label of each of the largest groups, and of the rest."""

    labels: Mapping[str, str]
    rest: str | None

    @property
    def colors(self) -> dict[str, str]:
        found = dict(zip(self.labels.values(), charts.OKABE_ITO, strict=False))
        return found | ({self.rest: charts.REST} if self.rest else {})

    def label(self, value: str) -> str:
        return self.labels.get(value, self.rest or value)

    def value(self, label: str) -> str | None:
        """The value of a label; None is the rest."""
        return next((value for value, told in self.labels.items() if told == label), None)


def series_of(report: CostReport, words: Words) -> Series:
    """The largest groups, each by a label of its own, and how many there are besides."""
    group = report.query.by[0]
    sums = report.bars.groupby(str(group))["amount_micros"].sum()
    values = [str(value) for value in sums.sort_values(ascending=False, kind="stable").index]
    shown = values if len(values) <= MOST_SERIES + 1 else values[:MOST_SERIES]
    if len(shown) > MOST_SERIES:
        shown = shown[:MOST_SERIES]
    labels: dict[str, str] = {}
    for value in shown:
        label = words(group, value)
        while label in labels.values():
            label += f" ({value})" if value else " "
        labels[value] = label
    more = len(values) - len(shown)
    return Series(labels, f"{more:,} more together" if more else None)


def bars_of(report: CostReport, series: Series) -> tuple[pd.DataFrame, dict[str, str]]:
    """The rows of `charts.stacked_bars`, and the keys of all bars, also of those without spend."""
    zone, bucket = report.cut.zone, report.bucket
    spans = buckets_between(bucket, report.cut.from_ms, report.cut.to_ms, zone)
    ends = dict(spans)
    colors = list(series.colors)
    labels = [series.label(str(value)) for value in report.bars[str(report.query.by[0])]]
    parts = pd.DataFrame(
        {"at": _moments(report.bars), "series": labels, "micros": report.bars["amount_micros"]}
    )
    parts = parts.groupby(["at", "series"])["micros"].sum().reset_index()
    totals = parts.groupby("at")["micros"].sum()
    at = [int(moment) for moment in parts["at"]]
    rows = {
        "key": [bucket_name(bucket, moment, zone) for moment in at],
        "label": [_told(report, moment, ends[moment]) for moment in at],
        "series": parts["series"].astype("str"),
        "place": [colors.index(label) for label in parts["series"]],
        "dollars": dollars(parts["micros"]).astype("float64"),
        "exact": [money.exact(int(micros)) for micros in parts["micros"]],
        "total": [money.exact(int(totals[moment])) for moment in at],
        "is_final": [not report.is_provisional(ends[moment]) for moment in at],
    }
    of_a_day = len(spans) <= LONGEST_DAY
    keys = {
        bucket_name(bucket, begins, zone): axis_words(bucket, begins, zone, of_a_day=of_a_day)
        for begins, _ in spans
    }
    return pd.DataFrame(rows), keys


def bar_table(report: CostReport, series: Series) -> pd.DataFrame:
    """The bars as a table, the newest first: a column for each part, in dollars for the eye."""
    zone, bucket = report.cut.zone, report.bucket
    ends = dict(buckets_between(bucket, report.cut.from_ms, report.cut.to_ms, zone))
    parts = pd.DataFrame(
        {
            "at": _moments(report.bars),
            "part": [series.label(str(value)) for value in report.bars[str(report.query.by[0])]],
            "micros": report.bars["amount_micros"].astype("Int64"),
        }
    )
    table = parts.pivot_table(index="at", columns="part", values="micros", aggfunc="sum")
    table = table.reindex(columns=list(series.colors)).fillna(0).astype("Int64")
    table = table.sort_index(ascending=False)
    if report.query.by[0] is not Group.TAG:
        table.insert(0, TOTAL, table.sum(axis=1))
    when = [_told(report, int(at), ends[int(at)]) for at in table.index]
    table.insert(0, "When", when)
    return table.reset_index(drop=True)


def _moments(bars: pd.DataFrame) -> "pd.Series[Any]":
    moments: pd.Series[Any] = bars["bucket"].dt.as_unit("ms").astype("int64")
    return moments


def _told(report: CostReport, begins: int, ends: int) -> str:
    told = bucket_words(report.bucket, begins, report.cut.zone)
    return told + SO_FAR if report.is_provisional(ends) else told


# -- the file ------------------------------------------------------------------------------------


def csv(report: CostReport, charges: pd.DataFrame) -> str:
    """Every group of every bar, with exact amounts; no spreadsheet takes a name for a formula."""
    zone, by = report.cut.zone, report.query.by
    ends = dict(buckets_between(report.bucket, report.cut.from_ms, report.cut.to_ms, zone))
    head = ["from_utc", "to_utc", report.bucket, *by, "quantity", "amount_micros", "amount_usd"]
    rows = [line(head)]
    moments = _moments(charges)
    for at, row in zip(moments, charges.to_dict("records"), strict=True):
        micros = int(row["amount_micros"])
        rows.append(
            line(
                [
                    Bare(iso(int(at))),
                    Bare(iso(ends[int(at)])),
                    bucket_name(report.bucket, int(at), zone),
                    *(guarded(str(row[str(group)])) for group in by),
                    int(row["quantity"]),
                    micros,
                    Bare(f"{dollars_from_micros(micros):f}"),
                ]
            )
        )
    return BYTE_ORDER_MARK + "".join(rows)


def titles(by: Sequence[Group]) -> list[str]:
    """What the columns of the groups are called."""
    return [TITLES[group] for group in by]

"""The figures under the costs: the file is exact, and the chart leaves no bar out."""

import csv
import io
import tomllib
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from lib.domain.bucket_names import named_bucket
from lib.domain.buckets import Bucket
from lib.domain.cost_query import CostQuery
from lib.domain.periods import Days
from lib.domain.spend import Cut, Group
from lib.services.cost_report import CostReport
from lib.services.taking_away.csv_table import unguarded
from lib.store.tables import Corrections, LineSums, Totals
from lib.ui import charts, cost_chart, cost_figures, cost_groups
from lib.ui.cost_words import bucket_words
from tests.store.ended_runs import NOON_MS

DAY_MS = 86_400_000
HOSTILE = '=HYPERLINK("https://evil.example"), ![x](y) $1'
BERLIN = ZoneInfo("Europe/Berlin")


def a_report(spent: dict[str, int], *, pictures: int = 0, before: bool = False) -> CostReport:
    """Three days of Berlin up to noon of the last; each person clicked on the second."""
    from_ms = NOON_MS - 2 * DAY_MS - 13 * 3_600_000
    cut = Cut("sandbox", from_ms, from_ms + 3 * DAY_MS, BERLIN)
    total = sum(spent.values())
    amounts = pd.array(list(spent.values()), dtype="Int64")
    at = pd.to_datetime([from_ms + DAY_MS] * len(spent), unit="ms", utc=True).as_unit("ms")
    names = pd.Series(list(spent), dtype="object")
    counts = pd.array([1] * len(spent), dtype="Int64")
    groups = {"created_by": names, "quantity": counts, "amount_micros": amounts}
    bars = {"bucket": at, "created_by": names, "amount_micros": amounts, "quantity": counts}
    return CostReport(
        query=CostQuery(by=(Group.PERSON,)),
        days=Days(*(pd.Timestamp(day).date() for day in ("2026-11-20", "2026-11-22"))),
        cut=cut,
        before=cut.during(from_ms - 3 * DAY_MS, from_ms) if before else None,
        bucket=Bucket.DAY,
        now_ms=NOON_MS,
        totals=Totals(1, 1, total, total, 80_000, 0, 0, 0, 0),
        pictures=pictures,
        lines=LineSums(total, total),
        corrections=Corrections(),
        spend_micros=total,
        before_micros=2 * total if before else 0,
        groups=pd.DataFrame(groups).assign(before_micros=amounts * 2),
        bars=pd.DataFrame(bars),
    )


def replaced(report: CostReport, **values: object) -> CostReport:
    return replace(report, **values)  # type: ignore[arg-type]


def words(_group: Group, value: str) -> str:
    return value or "nobody"


def bars_of(report: CostReport) -> tuple[pd.DataFrame, dict[str, str]]:
    return cost_figures.bars_of(report, cost_figures.series_of(report, words))


# -- the chart -----------------------------------------------------------------------------------


def test_the_chart_has_every_day_and_exact_amounts() -> None:
    bars, keys = bars_of(a_report({"ana": 97_001, "bob": 3}))

    assert keys == {"2026-11-20": "11-20", "2026-11-21": "11-21", "2026-11-22": "11-22"}
    assert set(bars["key"]) == {"2026-11-21"}
    assert list(bars["exact"]) == ["$0.097001", "$0.000003"]
    assert set(bars["total"]) == {"$0.097004"}
    assert bars["is_final"].all()


def test_hours_are_named_in_utc_and_shown_in_the_teams_zone() -> None:
    report = replaced(a_report({"ana": 1}), bucket=Bucket.HOUR)

    _, keys = bars_of(report)

    assert next(iter(keys.items())) == ("2026-11-19T23:00Z", "11-20 00:00")
    assert len(keys) == 72


def test_many_groups_are_seven_and_the_rest() -> None:
    report = a_report({f"p{n:02}": 1_000 - n for n in range(30)})

    series = cost_figures.series_of(report, words)
    bars, _ = bars_of(report)

    assert list(series.colors) == [*(f"p{n:02}" for n in range(7)), "23 more together"]
    assert len(bars) == 8
    assert round(bars["dollars"].sum() * 1_000_000) == sum(1_000 - n for n in range(30))
    assert series.value("23 more together") is None


def test_groups_that_are_called_alike_stay_apart() -> None:
    series = cost_figures.series_of(a_report({"": 2, "nobody": 3, "nobody (nobody)": 1}), words)

    assert len(set(series.labels.values())) == 3
    assert {series.value(label) for label in series.labels.values()} == {
        *("", "nobody", "nobody (nobody)")
    }


def test_a_part_of_a_bar_filters_by_both_and_the_rest_by_the_bar_alone() -> None:
    report = a_report({f"p{n:02}": 1_000 - n for n in range(30)})
    series = cost_figures.series_of(report, words)

    day = {"key": "2026-11-21"}
    one = cost_chart.narrowed(report.query, {**day, "series": "p03"}, Group.PERSON, series)
    rest = {**day, "series": "23 more together"}
    others = cost_chart.narrowed(report.query, rest, Group.PERSON, series)

    assert one == report.query.during(named_bucket("2026-11-21")).where(Group.PERSON, "p03")
    assert others == report.query.during(named_bucket("2026-11-21"))


def test_the_colours_are_those_of_the_theme() -> None:
    theme = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text())

    assert list(charts.OKABE_ITO) == theme["theme"]["chartCategoricalColors"]


def test_the_chart_never_asks_the_browser_for_its_time_zone() -> None:
    report = a_report({"ana": 1})
    bars, keys = bars_of(report)
    series = cost_figures.series_of(report, words)
    chart = charts.stacked_bars(bars, keys, series.colors).to_dict()

    assert chart["encoding"]["x"]["type"] == "nominal"
    assert chart["encoding"]["x"]["scale"]["domain"] == list(keys)
    assert "temporal" not in str(chart)


@pytest.mark.parametrize(
    ("highest", "form"),
    [
        (0, "$,.2f"),
        (0.000004, "$,.7f"),
        (0.003, "$,.4f"),
        (0.08, "$,.2f"),
        (0.4, "$,.2f"),
        (4.9, "$,.2f"),
        (5, "$,.0f"),
        (12_345, "$,.0f"),
    ],
)
def test_the_ticks_of_an_axis_have_as_many_decimals_as_they_need(highest: float, form: str) -> None:
    assert charts.axis_format(highest) == form


# -- the tables ----------------------------------------------------------------------------------


def test_the_table_behind_the_bars_has_their_amounts_and_the_total() -> None:
    report = a_report({"ana": 97_001, "bob": 3})

    table = cost_figures.bar_table(report, cost_figures.series_of(report, words))

    assert table.to_numpy().tolist() == [["2026-11-21 Sat", 97_004, 97_001, 3]]
    assert list(table) == ["When", "Total", "ana", "bob"]


def test_what_may_still_change_says_so() -> None:
    report = a_report({"ana": 1})
    later = report.bars.assign(bucket=report.bars["bucket"] + pd.Timedelta(days=1))

    bars, _ = bars_of(replaced(report, bars=later))

    assert list(bars["label"]) == ["2026-11-22 Sun (so far)"]
    assert not bars["is_final"].any()


def test_the_groups_have_a_total_their_share_and_what_was_before() -> None:
    report = a_report({"ana": 90_001, "bob": 10_000}, before=True)

    table = cost_groups.group_table(report, words, {("ana",): 1_234, (): 5, ("bob",): 1})

    assert list(table["Person"]) == ["Total", "ana", "bob"]
    assert list(table["Spend"]) == [0.100001, 0.090001, 0.01]
    assert list(table["Before"]) == [0.200002, 0.180002, 0.02]
    assert list(table["Change"]) == ["-$0.100001", "-$0.090001", "-$0.010000"]
    assert table["Share"].iloc[0] == 1
    assert table["Runs"].iloc[1].endswith("#1,234")


def test_a_second_tag_leads_nowhere_since_the_history_cannot_be_asked_for_both() -> None:
    report = a_report({"red": 2, "blue": 1})
    report.groups.columns = ["tag", *report.groups.columns[1:]]
    cut = report.cut.where(Group.TAG, "red")
    tags = replaced(report, query=CostQuery(by=(Group.TAG,)), cut=cut)

    links = cost_groups.group_table(tags, words, {("red",): 3, (): 3})["Runs"]

    assert [link.rpartition("#")[2] for link in links.iloc[:2]] == ["3", "3"]
    assert links.isna().to_list() == [False, False, True]


def test_a_row_filters_by_its_group_and_the_total_by_nothing() -> None:
    report = a_report({"ana": 2, "bob": 1})

    found = [cost_groups.narrowed(report.query, report, row) for row in range(3)]

    assert found == [report.query, *(report.query.where(Group.PERSON, at) for at in ("ana", "bob"))]


def test_an_average_is_rounded_once_and_to_even() -> None:
    assert cost_figures.per_picture(a_report({"ana": 97_001}, pictures=2)) == 48_500
    assert cost_figures.per_picture(a_report({"ana": 97_003}, pictures=2)) == 48_502
    assert cost_figures.per_picture(a_report({"ana": 97_003})) is None


# -- the file ------------------------------------------------------------------------------------


def test_the_file_is_exact_and_no_spreadsheet_runs_it() -> None:
    report = a_report({HOSTILE: 97_001, "bob": 0})

    text = cost_figures.csv(report, report.bars).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["created_by"][0] for row in rows] == ["'", "b"]
    assert unguarded(rows[0]["created_by"]) == HOSTILE
    assert [row["amount_usd"] for row in rows] == ["0.097001", "0"]
    assert [row["amount_micros"] for row in rows] == ["97001", "0"]
    assert rows[0]["day"] == "2026-11-21"
    assert rows[0]["from_utc"] == "2026-11-20T23:00:00.000Z"
    assert rows[0]["to_utc"] == "2026-11-21T23:00:00.000Z"


def test_an_hour_that_comes_twice_has_two_names() -> None:
    twice = [int(pd.Timestamp(f"2026-10-25T0{hour}:00Z").timestamp() * 1000) for hour in (0, 1)]

    assert [bucket_words(Bucket.HOUR, at, BERLIN) for at in twice] == [
        "2026-10-25 02:00 CEST",
        "2026-10-25 02:00 CET",
    ]

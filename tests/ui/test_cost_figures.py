"""The figures under the costs: the file is exact, and the chart leaves no day out."""

import csv
import io
from datetime import date
from zoneinfo import ZoneInfo

from lib.services.costs import CostReport, by_day
from lib.store.tables import Charges, Corrections, Totals
from lib.store.tables_frames import PART_DTYPES, SLOT_DTYPES, frame
from lib.ui import charts, cost_figures

FIRST, LAST = date(2026, 11, 20), date(2026, 11, 22)
NOON_MS = 1_795_262_400_000
"""2026-11-21 12:00 UTC."""


def a_report(cost_micros: int = 97_001, pictures: int = 2) -> CostReport:
    slot = {"slot": NOON_MS, "runs": 1, "pictures": pictures}
    slots = frame([{**slot, "estimate_micros": 80_000, "cost_micros": cost_micros}], SLOT_DTYPES)
    totals = Totals(1, 1, cost_micros, cost_micros, 80_000, 0, 0, 0, 0)
    days = by_day(slots, FIRST, LAST, ZoneInfo("UTC"))
    charges = Charges(cost_micros, cost_micros, frame([], PART_DTYPES))
    return CostReport(FIRST, LAST, totals, days, charges, Corrections())


def test_the_file_has_every_day_and_exact_amounts() -> None:
    rows = list(csv.DictReader(io.StringIO(cost_figures.csv(a_report()))))

    assert [row["day"] for row in rows] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert [row["cost_usd"] for row in rows] == ["0", "0.097001", "0"]
    assert rows[1]["estimate_usd"] == "0.08"
    assert (rows[1]["runs"], rows[1]["pictures"]) == ("1", "2")


def test_the_chart_has_every_day_and_expects_nothing_where_nothing_ran() -> None:
    days = cost_figures.chart_days(a_report().days)

    assert list(days["day"]) == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert list(days["cost"]) == [0.0, 0.097001, 0.0]
    assert list(days["estimate"].isna()) == [True, False, True]
    assert list(days["cost_text"]) == ["$0.000000", "$0.097001", "$0.000000"]


def test_the_chart_takes_its_colours_from_the_theme() -> None:
    chart = charts.spend_by_day(cost_figures.chart_days(a_report().days)).to_dict()

    assert "#" not in str({**chart, "datasets": None, "$schema": None})
    assert {layer["encoding"]["x"]["type"] for layer in chart["layer"]} == {"ordinal"}


def test_the_columns_are_as_fine_as_their_finest_amount() -> None:
    assert cost_figures.places(a_report()) == 6
    assert cost_figures.places(a_report(97_000)) == 3


def test_differences_line_up_with_the_amounts() -> None:
    assert list(cost_figures.day_table(a_report(0))["Difference"]) == ["-$0.080", "-$0.080"]
    assert list(cost_figures.day_table(a_report(80_000))["Difference"]) == ["$0.000", "$0.000"]


def test_an_average_is_rounded_once_and_to_even() -> None:
    assert cost_figures.per_picture(a_report(97_001)) == 48_500
    assert cost_figures.per_picture(a_report(97_003)) == 48_502
    assert cost_figures.per_picture(a_report(pictures=0)) is None


def test_the_table_has_only_days_with_runs_under_its_total() -> None:
    table = cost_figures.day_table(a_report())

    assert list(table["Day"]) == ["Total", "2026-11-21 Sat"]
    assert list(table["Difference"]) == ["+$0.017001", "+$0.017001"]

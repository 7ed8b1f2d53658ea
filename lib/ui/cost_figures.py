"""The figures of a cost report as its chart, its table and its file need them."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import Any

import pandas as pd

from lib.domain.money import MICROS_PER_DOLLAR, dollars_from_micros
from lib.services.costs import CostReport
from lib.ui import money

TOTAL = "Total"
MONEY_COLUMNS = ("Estimate", "Cost")


def per_picture(report: CostReport) -> int | None:
    """Spend by picture, in micro-dollars; None while there is no picture."""
    if not report.pictures:
        return None
    average = Decimal(report.totals.spend_micros) / report.pictures
    return int(average.to_integral_value(ROUND_HALF_EVEN))


def counted(number: int, thing: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def chart_days(days: pd.DataFrame) -> pd.DataFrame:
    """Every day of the report, for `charts.spend_by_day`."""
    return pd.DataFrame(
        {
            "day": days["day"].dt.strftime("%Y-%m-%d"),
            "label": days["day"].dt.strftime("%a %Y-%m-%d"),
            "cost": dollars(days["cost_micros"]).astype("float64"),
            # A day without runs has nothing to expect, so it gets no tick.
            "estimate": dollars(days["estimate_micros"]).astype("float64").where(days["runs"] > 0),
            "cost_text": days["cost_micros"].map(money.exact),
            "estimate_text": days["estimate_micros"].map(money.exact),
            "runs": days["runs"].astype("int64"),
            "pictures": days["pictures"].astype("int64"),
        }
    )


def day_table(report: CostReport) -> pd.DataFrame:
    """The total, then the days that have runs, newest first. Money in dollars, for the eye."""
    days = report.days[report.days["runs"] > 0].iloc[::-1]
    totals = report.totals
    rows = pd.DataFrame(
        {
            "Day": [TOTAL, *days["day"].dt.strftime("%Y-%m-%d %a")],
            "Runs": [totals.settled_runs, *days["runs"]],
            "Pictures": [report.pictures, *days["pictures"]],
            "Estimate": [totals.estimate_of_settled_micros, *days["estimate_micros"]],
            "Cost": [totals.spend_micros, *days["cost_micros"]],
        }
    )
    as_fine = partial(money.signed_column, places=places(report))
    rows["Difference"] = (rows["Cost"] - rows["Estimate"]).map(as_fine)
    for name in MONEY_COLUMNS:
        rows[name] = dollars(rows[name])
    return rows


def places(report: CostReport) -> int:
    """How many decimals the money columns of `day_table` need."""
    amounts: Iterable[int] = (
        int(amount)
        for column in ("estimate_micros", "cost_micros")
        for amount in report.days[column]
    )
    return money.column_places(amounts)


def csv(report: CostReport) -> str:
    """Every day of the report with exact amounts. It holds no text that anyone else wrote."""
    days = report.days
    table = pd.DataFrame(
        {
            "day": days["day"].dt.strftime("%Y-%m-%d"),
            "runs": days["runs"],
            "pictures": days["pictures"],
            "estimate_usd": days["estimate_micros"].map(dollars_from_micros).map("{:f}".format),
            "cost_usd": days["cost_micros"].map(dollars_from_micros).map("{:f}".format),
        }
    )
    return table.to_csv(index=False)


def dollars(micros: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dollars for a chart or a column. Sums are never made of them."""
    return micros.astype("Float64") / MICROS_PER_DOLLAR

"""The figures beyond sums: what lies ahead, what a kept picture cost, and what was of no use."""

from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import streamlit as st

from lib.bootstrap import Services
from lib.domain.days import local_time
from lib.domain.forecast import Forecast
from lib.domain.periods import Days
from lib.domain.run_out import RunOut
from lib.domain.waste import Waste
from lib.ui import budget_words, money
from lib.ui.cost_figures import counted
from lib.ui.plain import dollars

NOT_ENOUGH = "not enough days yet"
FORECAST_HELP = (
    "Whatever period is chosen: this month's known costs, the estimates of its open runs, and for "
    "each day that is left the trimmed mean of the same weekday in the last 28 days (without the "
    "lowest and the highest); of today, what is missing to that. Below it stands where 8 of 10 "
    "months end that are made of those days by chance. What is in doubt is left out. It needs 7 "
    "days with spend."
)
LEFT_HELP = (
    "Of all budgets in force, the one that is used up first if what it counts goes on as in the "
    "last 28 days (costs and open runs, all 28 days alike); if none is used up before its time is "
    "over, the one with the smallest part left."
)
KEPT_HELP = (
    "All spend of the period, by the pictures of its runs that were kept: starred, rated 4 or 5, or "
    "downloaded, and not in the bin. A run's pictures are kept together."
)
WASTE_HELP = (
    "Runs of the period that failed, were never opened, were deleted, flagged as NSFW or made what "
    "was there already. A run of several kinds counts once here. Below, Waste tells them apart."
)
SAVED_HELP = (
    "Requests that were made before and whose pictures were used again instead of paying for new "
    "ones: what each click would have cost at the time, on the day it was not made. No part of the "
    "spend."
)


def draw(services: Services, days: Days, spend_micros: int, waste: Waste) -> None:
    """Draw the figures of a period, and what lies ahead, which is the same for every period."""
    forecasts = services.insights.forecasts
    tightest = forecasts.tightest_budget()
    kept = services.insights.worth.kept_pictures(days)
    saved = services.already.saved(*days.span_ms(services.costs.zone))
    with st.grid(5 if saved.times else 4, min_column_width=190):
        _card("This month's end", *forecast_words(forecasts.month_end()), help=FORECAST_HELP)
        if tightest:
            zone = ZoneInfo(tightest.use.budget.terms.zone)
            left = money.price(tightest.use.left_micros)
            _card("Left in the tightest budget", left, lasts(tightest, zone), help=LEFT_HELP)
        each, pictures = each_kept(spend_micros, kept), counted(kept, "kept picture")
        _card("Spend per kept picture", money.price(each), f"over {pictures}", help=KEPT_HELP)
        total = waste.total
        _card(
            "Waste",
            money.price(total.spend_micros),
            f"{share(total.spend_micros, spend_micros)} in {counted(total.runs, 'run')}",
            help=WASTE_HELP,
        )
        if saved.times:
            below = f"{counted(saved.times, 'request')} not paid again"
            _card("Saved", money.price(saved.micros), below, help=SAVED_HELP)
    if tightest:
        # A budget may be named after anything: no Markdown.
        st.text(f"Tightest budget: {budget_words.title(tightest.use.budget)}")


def forecast_words(ahead: Forecast | None) -> tuple[str, str]:
    """The figure, and its band."""
    if ahead is None:
        return money.UNKNOWN, NOT_ENOUGH
    low, high = money.price(ahead.low_micros), money.price(ahead.high_micros)
    return money.price(ahead.total_micros), f"likely {low} to {high}"


def lasts(one: RunOut, zone: ZoneInfo) -> str:
    """Until when: a day of the budget's zone."""
    if one.at_ms is None:
        return f"lasts until {budget_words.until(one.use)}"
    if one.use.left_micros <= 0:
        return "used up"
    moment = local_time(one.at_ms, zone)
    return f"used up {moment:%Y-%m-%d} {moment:%Z} at this pace"


def each_kept(spend_micros: int, kept: int) -> int | None:
    """Micro-dollars a kept picture; None while there is none."""
    if not kept:
        return None
    return int((Decimal(spend_micros) / kept).to_integral_value(ROUND_HALF_EVEN))


def share(part: int, whole: int) -> str:
    """`12.5 % of the spend`."""
    return f"{part / whole:.1%} of the spend" if whole else "no spend"


def _card(label: str, value: str, below: str, *, help: str) -> None:
    st.metric(
        label,
        value,
        dollars(below),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=dollars(help),
    )

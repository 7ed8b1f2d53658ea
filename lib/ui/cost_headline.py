"""What lies ahead: the month's end, and the budget that is used up first."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from lib.bootstrap import Services
from lib.domain.forecast import Forecast
from lib.domain.run_out import RunOut
from lib.ui import budget_words, money
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


def draw(services: Services) -> None:
    """Draw what lies ahead; a team without budgets has no card for them."""
    tightest = services.insights.forecasts.tightest_budget()
    ahead = services.insights.forecasts.month_end()
    with st.grid(2, min_column_width=260):
        _card("This month's end", *forecast_words(ahead), help=FORECAST_HELP)
        if tightest:
            zone = ZoneInfo(tightest.use.budget.terms.zone)
            left = money.price(tightest.use.left_micros)
            _card("Left in the tightest budget", left, lasts(tightest, zone), help=LEFT_HELP)
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
    moment = datetime.fromtimestamp(one.at_ms / 1000, UTC).astimezone(zone)
    return f"used up on {moment:%Y-%m-%d} ({one.use.budget.terms.zone}) at this pace"


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

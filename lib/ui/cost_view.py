"""The cost report: its sums, its days as a chart and as a table."""

from typing import Any

import streamlit as st

from lib.services.costs import CostReport, Period
from lib.ui import charts, cost_figures, money
from lib.ui.cost_figures import counted
from lib.ui.page_files import GENERATE
from lib.ui.plain import dollars

PERIODS = {
    Period.THIS_MONTH: "This month",
    Period.LAST_30_DAYS: "Last 30 days",
    Period.LAST_MONTH: "Last month",
    Period.ALL_TIME: "All time",
}
PERIOD = "period"
TALLEST_TABLE = 700


def draw_period() -> Period:
    """The choice of a span of days; it is part of the address."""
    chosen = st.segmented_control(
        "Period",
        list(PERIODS),
        default=_linked_period(),
        format_func=PERIODS.__getitem__,
        key=PERIOD,
        required=True,
        on_change=_link_period,
        label_visibility="collapsed",
    )
    return chosen or Period.THIS_MONTH


def _linked_period() -> Period:
    # Not by `bind`: it would put the labels into the address, and break links with every rewording.
    linked = st.query_params.get(PERIOD)
    return Period(linked) if linked in set(Period) else Period.THIS_MONTH


def _link_period() -> None:
    st.query_params[PERIOD] = st.session_state[PERIOD]


def draw_sums(report: CostReport) -> None:
    """What was spent, what is still open, and how much that is a picture."""
    totals = report.totals
    with st.grid(5, min_column_width=150):
        _card(
            "Spend",
            totals.spend_micros,
            f"estimate {money.price(totals.estimate_of_settled_micros)}",
        )
        _card("Held", totals.held_micros, f"{counted(totals.held_runs, 'open run')}")
        _card("In doubt", totals.in_doubt_micros, counted(totals.in_doubt_runs, "run"))
        _card(
            "Average per picture",
            cost_figures.per_picture(report),
            f"over {counted(report.pictures, 'picture')}",
        )
        st.metric(
            "Runs",
            f"{totals.settled_runs:,}",
            "of known cost",
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
            help="Failed runs are among them: they cost nothing.",
        )


def _card(label: str, micros: int | None, below: str) -> None:
    st.metric(
        label,
        money.price(micros),
        dollars(below),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=None if micros is None else dollars(f"Exactly {money.exact(micros)}"),
    )


def draw_basis(report: CostReport, zone_name: str, *, is_sandbox: bool) -> None:
    """Where the figures come from, and whose days they are."""
    totals = report.totals
    computed = totals.spend_micros - totals.confirmed_micros
    parts = [
        f"{report.first} to {report.last} in {zone_name}, by the time of the click.",
        f"{money.price(totals.confirmed_micros)} confirmed by the API,",
        f"{money.price(computed)} computed from the price book.",
    ]
    if is_sandbox:
        parts.append("All of it is the sandbox's play money.")
    st.caption(dollars(" ".join(parts)))


def draw_days(report: CostReport) -> None:
    """The days as bars, and their figures under them."""
    chart = charts.spend_by_day(cost_figures.chart_days(report.days))
    st.altair_chart(chart, width="stretch", alt="Spend by day, against its estimate")
    table = cost_figures.day_table(report)
    st.dataframe(
        table,
        hide_index=True,
        column_config=_columns(report),
        height="content" if len(table) < TALLEST_TABLE // 35 else TALLEST_TABLE,
        alt="Runs, pictures, estimate, cost and difference by day",
    )
    st.download_button(
        "Download as CSV",
        data=cost_figures.csv(report),
        file_name=f"plantain-costs-{report.first}-to-{report.last}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def draw_nothing() -> None:
    """What will stand here, and the first step."""
    st.caption("What runs cost will stand here, day by day, against what was expected.")
    st.page_link(GENERATE, label="Make a picture", icon=":material/brush:")


def _columns(report: CostReport) -> dict[str, Any]:
    column = st.column_config
    amount = f"$%.{cost_figures.places(report)}f"
    return {
        "Estimate": column.NumberColumn(format=amount, help="Of the runs whose cost is known."),
        "Cost": column.NumberColumn(format=amount),
        "Difference": column.TextColumn(
            alignment="right",
            help="Cost less estimate. Failed runs and missing pictures cost nothing.",
        ),
    }

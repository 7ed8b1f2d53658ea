"""The spend as stacked bars, the choice of what they show, and the same as a table and a file."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from lib.bootstrap import Services
from lib.domain.bucket_names import named_bucket
from lib.domain.buckets import Bucket, fitting
from lib.domain.cost_query import BY, EVERY, CostQuery
from lib.domain.spend import Group
from lib.services.cost_report import CostReport
from lib.ui import charts, cost_figures, cost_link
from lib.ui.cost_figures import Series
from lib.ui.cost_words import BUCKETS, TITLES, Words

THEN_BY = "then_by"
NO_SECOND = ""
TALLEST = 600
ROW = 35
TAGS_REPEAT = (
    "A run with several tags counts with each of them, so tags may sum to more than the total."
)


def draw_choices(report: CostReport) -> None:
    """What the spend is grouped by, and what a bar stands for; both are in the address."""
    query = report.query
    st.session_state[BY] = query.by[0]
    st.session_state[THEN_BY] = query.by[1] if len(query.by) > 1 else NO_SECOND
    st.session_state[EVERY] = report.bucket
    others = [NO_SECOND, *(group for group in Group if group is not query.by[0])]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "By",
            list(Group),
            key=BY,
            format_func=TITLES.__getitem__,
            on_change=_choose_groups,
            width=150,
        )
        st.selectbox(
            "Then by",
            others,
            key=THEN_BY,
            format_func=lambda group: TITLES[group] if group else "Nothing else",
            on_change=_choose_groups,
            width=150,
        )
        st.segmented_control(
            "A bar for",
            list(fitting(report.cut.from_ms, report.cut.to_ms)),
            key=EVERY,
            format_func=BUCKETS.__getitem__,
            required=True,
            on_change=_choose_bucket,
        )
    if report.repeats:
        st.caption(TAGS_REPEAT)


def _choose_groups() -> None:
    first, second = Group(st.session_state[BY]), st.session_state[THEN_BY]
    by = (first, Group(second)) if second and second != first else (first,)
    cost_link.ask(_replaced(by=by))


def _choose_bucket() -> None:
    cost_link.ask(_replaced(every=Bucket(st.session_state[EVERY])))


def _replaced(**values: Any) -> CostQuery:
    return replace(cost_link.asked(), **values)


def draw(services: Services, report: CostReport, words: Words) -> None:
    """The bars, and behind them their table and their file."""
    if report.bars.empty:
        st.caption("No spend in this period: what stands below was spent before.")
        return
    series = cost_figures.series_of(report, words)
    bars, keys = cost_figures.bars_of(report, series)
    key = cost_link.key("cost_chart", report.query)
    st.altair_chart(
        charts.stacked_bars(bars, keys, series.colors),
        width="stretch",
        key=key,
        on_select=partial(_picked, key, report.query.by[0], series),
        alt=f"Spend by {TITLES[report.query.by[0]].lower()}, {BUCKETS[report.bucket].lower()}",
    )
    st.caption(
        f"{BUCKETS[report.bucket]} of {report.cut.zone.key}. Click a part of a bar to see only it."
    )
    with st.expander("The bars as a table", icon=":material/table:"):
        _draw_table(report, series)
        st.download_button(
            "Download as CSV",
            data=lambda: cost_figures.csv(report, services.costs.charges(report)),
            file_name=f"plantain-costs-{report.days.first}-to-{report.days.last}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="Every bar and group with exact amounts.",
        )


def _draw_table(report: CostReport, series: Series) -> None:
    table = cost_figures.bar_table(report, series)
    amounts = [int(micros) for name in table.columns[1:] for micros in table[name]]
    form = f"$%.{cost_figures.places(amounts)}f"
    for name in table.columns[1:]:
        table[name] = cost_figures.dollars(table[name])
    column = st.column_config.NumberColumn(format=form)
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) < TALLEST // ROW else TALLEST,
        column_config=dict.fromkeys(table.columns[1:], column),
        alt="Spend of each bar, in parts",
    )


def _picked(key: str, group: Group, series: Series) -> None:
    state: Any = st.session_state.get(key)
    points = state["selection"].get(charts.PICK) if state else None
    if points:
        point = points[-1]
        cost_link.ask(narrowed(cost_link.asked(), point, group, series))


def narrowed(query: CostQuery, point: Any, group: Group, series: Series) -> CostQuery:
    """The question about one part of one bar; of the rest of the parts only the bar."""
    named = query.during(named_bucket(str(point["key"])))
    value = series.value(str(point["series"]))
    return named if value is None else named.where(group, value)

"""The choice of the period, or of days of one's own, and the filters that can be taken away."""

from dataclasses import replace
from datetime import date

import streamlit as st

from lib.domain.cost_query import FROM, PERIOD, TO, CostQuery
from lib.domain.periods import EARLIEST, LATEST, Days, Period
from lib.domain.spend import Group
from lib.services.cost_report import CostReport
from lib.ui import cost_link
from lib.ui.cost_words import TITLES, Words, named_words

PERIODS = {
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.LAST_30_DAYS: "Last 30 days",
    Period.ALL_TIME: "All time",
    Period.CUSTOM: "Custom",
}
CHIPS = "cost_chips"
AT = "at"
Chip = tuple[str, str]
"""A group and one of its values; or AT and the bar."""


def draw(report: CostReport) -> None:
    """The choice of a period; it is part of the address."""
    query = report.query
    # Not by `bind`: it would put the labels into the address, and break links with every rewording.
    st.session_state[PERIOD] = query.period
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Period",
            list(PERIODS),
            format_func=PERIODS.__getitem__,
            key=PERIOD,
            required=True,
            on_change=_choose_period,
            args=(report.days,),
            label_visibility="collapsed",
        )
        if query.period is Period.CUSTOM:
            _draw_day(FROM, "From", report.days.first)
            _draw_day(TO, "To", report.days.last)


def _draw_day(key: str, label: str, day: date) -> None:
    st.session_state[key] = day
    st.date_input(
        label,
        key=key,
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        on_change=_choose_days,
        label_visibility="collapsed",
        width=130,
    )


def _choose_period(days: Days) -> None:
    chosen = Period(st.session_state[PERIOD])
    cost_link.ask(cost_link.asked().of(chosen, days if chosen is Period.CUSTOM else None))


def _choose_days() -> None:
    first, last = st.session_state[FROM], st.session_state[TO]
    if first and last:
        cost_link.ask(cost_link.asked().of(Period.CUSTOM, Days(min(first, last), max(first, last))))


# -- filters -------------------------------------------------------------------------------------


def draw_filters(report: CostReport, words: Words) -> None:
    """What is filtered by, when anything is; each can be taken away.

    A field of several values shows plain text, where a button would show Markdown.
    """
    chips = chips_of(report.query)
    if not chips:
        return
    st.session_state[CHIPS] = chips
    st.multiselect(
        "Only",
        chips,
        key=CHIPS,
        format_func=lambda chip: _chip_words(chip, report, words),
        label_visibility="collapsed",
        on_change=_keep,
    )


def chips_of(query: CostQuery) -> list[Chip]:
    """What is filtered by, one by one."""
    found = [(AT, query.at.name)] if query.at else []
    return [*found, *((str(group), value) for group, values in query.filters for value in values)]


def _chip_words(chip: Chip, report: CostReport, words: Words) -> str:
    name, value = chip
    if name == AT:
        return named_words(report.query.at, report.cut.zone) if report.query.at else value
    group = Group(name)
    return f"{TITLES[group]}: {words(group, value)}"


def _keep() -> None:
    query = cost_link.asked()
    for chip in chips_of(query):
        if chip not in st.session_state[CHIPS]:
            name, value = chip
            query = query.during(None) if name == AT else query.without(Group(name), value)
    cost_link.ask(query)


def take_filters_away() -> None:
    """Show the whole period again."""
    cost_link.ask(replace(cost_link.asked().during(None), filters=()))

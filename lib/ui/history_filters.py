"""What the history can be filtered by, with the number of runs beside each value.

It folds away, and nothing is counted while it does.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.domain.history_filters import COUNTED, find_filter
from lib.domain.history_query import HistoryQuery
from lib.services.history_search import HistorySearch
from lib.ui import history_link, history_ranges, person
from lib.ui.history_filter_words import counted, title, words

SHOWN = "history_filters_shown"
KEY = "history_filter_{}"
MOST_PILLS = 7
COLUMNS = 4


def draw_switch(query: HistoryQuery) -> None:
    """The button that unfolds the filters."""
    chosen = sum(len(values) for _name, values in query.filters)
    st.button(
        f"Filters · {chosen}" if chosen else "Filters",
        key="history_filters",
        icon=":material/filter_list:",
        on_click=_switch,
    )


def draw(search: HistorySearch, query: HistoryQuery) -> None:
    """Draw the filters, when they are unfolded."""
    if not st.session_state.get(SHOWN):
        return
    facets = search.facets(query, viewer=person.name())
    with st.container(border=True):
        columns = st.columns(COLUMNS)
        with columns[0]:
            history_ranges.draw(query)
        drawn = [known.name for known in COUNTED if (facets["filter"] == known.name).any()]
        for at, name in enumerate(drawn):
            with columns[1 + at % (COLUMNS - 1)]:
                _draw_filter(query, name, facets[facets["filter"] == name])
        with st.container(horizontal=True):
            st.button(
                "Clear all",
                key="history_clear_filters",
                icon=":material/filter_list_off:",
                disabled=not query.is_filtered,
                on_click=history_link.ask_for_all,
            )
            st.button("Close", key="history_close_filters", type="tertiary", on_click=_switch)


def _draw_filter(query: HistoryQuery, name: str, facets: pd.DataFrame) -> None:
    key = KEY.format(name)
    known = find_filter(name).values
    values = sorted(
        (str(value) for value in facets["value"]),
        key=lambda value: known.index(value) if value in known else 0,
    )
    labels = {str(row["value"]): _label(name, row) for row in facets.to_dict("records")}
    st.session_state[key] = [value for value in query.chosen(name) if value in labels]
    if known and len(values) <= MOST_PILLS:
        st.pills(
            title(name),
            values,
            key=key,
            selection_mode="multi",
            format_func=lambda value: labels.get(value, value),
            wrap=True,
            on_change=_choose,
            args=(name,),
        )
    else:  # as plain text: people and the API write these values, and pills are Markdown
        st.multiselect(
            title(name),
            values,
            key=key,
            format_func=lambda value: labels.get(value, value),
            placeholder="Any",
            on_change=_choose,
            args=(name,),
        )


def _label(name: str, row: Mapping[Any, Any]) -> str:
    value, label = str(row["value"]), str(row["label"])
    text = words(name, value) if label in ("", value) else label
    return counted(text, int(row["runs"]), is_exact=bool(row["is_exact"]))


def _choose(name: str) -> None:
    values = st.session_state[KEY.format(name)] or []
    history_link.ask(history_link.asked().where(name, *values))


def _switch() -> None:
    st.session_state[SHOWN] = not st.session_state.get(SHOWN)

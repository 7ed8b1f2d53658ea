"""The row above the history: the search box with its help, the order, the way to the filters."""

from dataclasses import replace

import streamlit as st

from lib.domain.history_query import LONGEST_TEXT, HistoryQuery, Sort
from lib.ui import history_link

TEXT = "history_text"
SORT = "history_sort"
ORDERS = {
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
    Sort.COST: "Dearest first",
    Sort.DURATION: "Slowest first",
    Sort.RATING: "Best rated first",
}
GRAMMAR = """
Prompts and notes are searched.

| | |
| --- | --- |
| `red kite` | both words, anywhere |
| `"red kite"` | these words side by side |
| `-kite` | without this word |
| `kit*` | words that begin so |

Capitals and accents do not matter.
"""


def draw_text(query: HistoryQuery) -> None:
    """The search box; its text is part of the address."""
    st.session_state[TEXT] = query.text
    st.text_input(
        "Search",
        key=TEXT,
        type="search",
        placeholder="Search prompts and notes",
        label_visibility="collapsed",
        max_chars=LONGEST_TEXT,
        on_change=_search,
        width=220,
    )
    with st.popover("", icon=":material/help:", type="tertiary", key="history_help"):
        st.markdown(GRAMMAR)


def draw_order(query: HistoryQuery) -> None:
    """The choice of the order."""
    st.session_state[SORT] = query.sort
    st.selectbox(
        "Order",
        list(Sort),
        key=SORT,
        format_func=ORDERS.__getitem__,
        label_visibility="collapsed",
        on_change=_order,
        width=150,
    )


def _search() -> None:
    history_link.search_for(st.session_state[TEXT])


def _order() -> None:
    history_link.ask(replace(history_link.asked(), sort=st.session_state[SORT]))

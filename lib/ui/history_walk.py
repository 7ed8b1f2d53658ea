"""From an opened run to those beside it, in the order of what is asked, without closing it."""

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.services.history_search import HistorySearch
from lib.ui import history_link, person


def draw(search: HistorySearch, query: HistoryQuery, run_id: str) -> None:
    """Draw the ways to its neighbours."""
    beside = search.neighbours(query, run_id, viewer=person.name())
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        _way("Previous", "previous_run", ":material/chevron_left:", beside.previous)
        _way("Next", "next_run", ":material/chevron_right:", beside.next)


def _way(label: str, key: str, icon: str, run_id: str | None) -> None:
    st.button(
        label,
        key=f"history_{key}",
        icon=icon,
        type="tertiary",
        disabled=run_id is None,
        on_click=history_link.open_run,
        args=(run_id,),
    )

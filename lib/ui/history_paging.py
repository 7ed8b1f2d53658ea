"""Finding one's way in the history: the filter, the pages, and what stands where nothing does."""

import streamlit as st

from lib.services.history import PAGE_SIZE, HistoryPage
from lib.ui import history_link
from lib.ui.page_files import GENERATE


def draw_filter() -> str:
    """The field that filters by prompt; its text is part of the address."""
    return st.text_input(
        "Filter by prompt",
        key=history_link.FILTER,
        type="search",
        bind="query-params",
        placeholder="Filter by prompt",
        label_visibility="collapsed",
        max_chars=500,
        on_change=history_link.go,
    )


def draw_pages(page: HistoryPage) -> None:
    """Where this page stands, and the ways to its neighbours."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(position(page), width="stretch")
        if page.newer is None and page.older is None:
            return
        _turn("Newest", ":material/first_page:", page.newer)
        _turn("Newer", ":material/chevron_left:", page.newer, after=page.newer)
        _turn("Older", ":material/chevron_right:", page.older, before=page.older)


def _turn(label: str, icon: str, way: str | None, **key: str | None) -> None:
    st.button(
        label,
        key=f"history_{label.lower()}",
        icon=icon,
        disabled=way is None,
        on_click=history_link.go,
        kwargs=key,
    )


def position(page: HistoryPage) -> str:
    """Which runs these are: all of them, or which of how many, or less where the number is not known."""
    here = len(page.runs)
    if page.total is not None and page.place is not None:
        if here == page.total:
            return "1 run" if here == 1 else f"{here:,} runs"
        return f"{page.place + 1:,}–{page.place + here:,} of {page.total:,} runs"
    if page.newer is None:
        return f"The newest {here:,} runs"
    return f"{here:,} runs, {PAGE_SIZE} a page"


def draw_nothing(page: HistoryPage, text: str) -> None:
    """Say why there is no run here, and what leads out."""
    if page.newer:
        st.caption("There are no older runs.")
        st.button("Show the newest runs", key="history_newest", on_click=history_link.go)
    elif text:
        st.caption("No prompt has this text in it.")
        st.button("Show all runs", key="history_clear_filter", on_click=history_link.clear_filter)
    else:
        st.caption("Every run will stand here with its pictures, its input and its cost.")
        st.page_link(GENERATE, label="Make the first picture", icon=":material/brush:")

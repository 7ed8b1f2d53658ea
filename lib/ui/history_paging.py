"""Finding one's way in the history: how much there is, the pages, and what stands where nothing is."""

import streamlit as st

from lib.domain.history_query import Cursor, HistoryQuery
from lib.domain.organising import BIN_DAYS
from lib.services.history_search import HistorySearch, Page
from lib.ui import history_link, money, person
from lib.ui.history_filter_words import number
from lib.ui.page_files import GENERATE
from lib.ui.plain import dollars


def draw_pages(search: HistorySearch, query: HistoryQuery, page: Page) -> None:
    """How many runs answer, what they cost, and the ways to the pages beside this one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(dollars(_summary(search, query)), width="stretch")
        if page.next is None and page.previous is None:
            return
        _turn("First", ":material/first_page:", None, is_possible=page.previous is not None)
        _turn("Previous", ":material/chevron_left:", page.previous)
        _turn("Next", ":material/chevron_right:", page.next)


def _turn(label: str, icon: str, to: Cursor | None, *, is_possible: bool = False) -> None:
    st.button(
        label,
        key=f"history_{label.lower()}",
        icon=icon,
        disabled=not (to or is_possible),
        on_click=history_link.go,
        args=(to,),
    )


def _summary(search: HistorySearch, query: HistoryQuery) -> str:
    """All that answers the question, in a line: `1,234 runs · $98.72`."""
    totals = search.totals(query, viewer=person.name())
    runs = number(totals.runs.value, is_exact=totals.runs.is_exact)
    return f"{runs} {'run' if runs == '1' else 'runs'} · {money.price(totals.spend_micros)}"


def draw_nothing(page: Page, query: HistoryQuery) -> None:
    """Say why there is no run here, and what leads out."""
    if page.previous:
        st.caption("There are no more runs.")
        st.button("Show the first page", key="history_first", on_click=history_link.go)
    elif query.is_filtered:
        st.caption("No run answers this.")
        st.button(
            "Clear search and filters", key="history_clear", on_click=history_link.ask_for_all
        )
    elif query.deleted:
        st.caption("The bin is empty.")
    else:
        st.caption("Every run will stand here with its pictures, its input and its cost.")
        st.page_link(GENERATE, label="Make the first picture", icon=":material/brush:")


def draw_way_to_bin(query: HistoryQuery) -> None:
    """The button that leads to the deleted runs, or back from them."""
    st.button(
        "Back to History" if query.deleted else "Bin",
        key="history_bin",
        icon=":material/arrow_back:" if query.deleted else ":material/delete:",
        type="tertiary",
        on_click=history_link.ask_for_bin,
        kwargs={"deleted": not query.deleted},
    )


def draw_bin() -> None:
    """How long deleted runs stay."""
    st.caption(
        f"Deleted runs stay in the bin for {BIN_DAYS} days at least. "
        "What they cost stays in the accounts."
    )

"""Finding one's way in the history: how much there is, the pages, and what stands where nothing is."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import Cursor, HistoryQuery
from lib.services.history_search import Page
from lib.ui import history_bulk, history_link, money, person
from lib.ui.history_filter_words import number
from lib.ui.page_files import GENERATE
from lib.ui.plain import dollars


def draw_pages(page: Page) -> None:
    """The ways to the pages beside this one."""
    if page.next is None and page.previous is None:
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
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


def draw_totals(services: Services, query: HistoryQuery) -> None:
    """All that answers the question, `1,234 runs · $98.72`, and what to do with it."""
    totals = services.search.totals(query, viewer=person.name())
    count, is_exact = totals.runs.value, totals.runs.is_exact
    runs = f"{number(count, is_exact=is_exact)} {'run' if count == 1 else 'runs'}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = dollars(f"{runs} · {money.price(totals.spend_micros)}")
        st.caption(words, width="content")
        history_bulk.draw(services, query, count, is_exact=is_exact)


def draw_nothing(page: Page, query: HistoryQuery) -> None:
    """Say why there is no run here, and what leads out."""
    if page.previous:
        st.caption("There are no more runs.")
        st.button("Show the first page", key="history_first", on_click=history_link.go)
    elif query.is_filtered:
        st.caption("No run answers this.")
        if query.chosen("collection"):
            st.caption("Runs come into a collection by Collect, once they are selected.")
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

"""How the page of runs is shown: as a table or as a gallery."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.ui import (
    history_gallery,
    history_link,
    history_paging,
    history_table,
    person,
    wiring,
)
from lib.ui.history_search import ORDERS

KEY = "history_view"
LABELS: dict[history_link.View, str] = {
    "table": ":material/table_rows: Table",
    "gallery": ":material/grid_view: Gallery",
}


def draw_choice() -> None:
    """The choice between the views; the address says which one is chosen."""
    st.session_state[KEY] = history_link.view()
    st.segmented_control(
        "View",
        history_link.VIEWS,
        key=KEY,
        required=True,
        format_func=LABELS.__getitem__,
        label_visibility="collapsed",
        on_change=_choose,
    )


def draw(services: Services, query: HistoryQuery) -> None:
    """Draw one page of the answer in the view that is chosen, or why there is nothing."""
    place = history_link.place(services, query)
    page = services.search.page(query, place, viewer=person.name())
    if page.runs.empty:
        history_paging.draw_nothing(page, query)
        return
    history_paging.draw_totals(services, query)
    label = f"Runs, {ORDERS[query.sort].lower()}"
    if history_link.view() == "gallery":
        history_gallery.draw(services, query, page, wiring.clock().now_ms(), label)
    else:
        history_table.draw(page.runs, services.settings.zone, label)
    history_paging.draw_pages(page)


def _choose() -> None:
    history_link.choose_view(st.session_state[KEY])

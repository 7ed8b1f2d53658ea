"""Taking runs away: what is selected, or all that the question gives, as files."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.selection import Selection
from lib.ui import person, take_away_links, wiring

FORMS = {
    Form.ZIP: ("Pictures", ":material/folder_zip:", "A zip with a contact sheet and every field"),
    Form.CSV: ("CSV", ":material/csv:", "The table for any program"),
    Form.EXCEL: ("Excel", ":material/table:", "The table for spreadsheets"),
    Form.PARQUET: (
        "Parquet",
        ":material/view_column:",
        "The table, exact, for pandas and the like",
    ),
}


def draw(query: HistoryQuery, selected_ids: Sequence[str] = ()) -> None:
    """A button that opens the links: of the selected runs, or of all that answer the question."""
    with st.popover("Take away", icon=":material/download:", key="take_away"):
        st.text(_what(query, selected_ids))
        draw_links(tuple(selected_ids) or query, "take_away")


def _what(query: HistoryQuery, selected_ids: Sequence[str]) -> str:
    if selected_ids:
        return f"{len(selected_ids):,} selected runs"
    if query.is_filtered:
        return "All runs of this search"
    return "The whole bin" if query.deleted else "The whole history"


def draw_links(selection: Selection, key: str) -> None:
    """A link to each form of these runs."""
    taking_away, viewer = wiring.services().taking_away, person.name()
    take_away_links.draw(FORMS, key, lambda form: taking_away.order(form, selection, viewer=viewer))

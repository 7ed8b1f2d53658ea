"""The choice between the views of the history."""

import streamlit as st

from lib.ui import history_link

KEY = "history_view"
LABELS: dict[history_link.View, str] = {
    "table": ":material/table_rows: Table",
    "gallery": ":material/grid_view: Gallery",
}


def draw() -> None:
    """Draw it; the address says which one is chosen."""
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


def _choose() -> None:
    history_link.choose_view(st.session_state[KEY])

"""How the page of runs is shown: as a table or as a gallery."""

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.ui import history_gallery, history_link, history_table, wiring

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


def draw(services: Services, runs: pd.DataFrame) -> None:
    """Draw one page of runs in the view that is chosen."""
    if history_link.view() == "gallery":
        history_gallery.draw(services, runs, wiring.clock().now_ms())
    else:
        history_table.draw(runs, services.settings.zone)


def _choose() -> None:
    history_link.choose_view(st.session_state[KEY])

"""The frame around every page: its title, the navigation, and whose money is being spent."""

from pathlib import Path

import streamlit as st

from lib.ui import banner, state, still
from lib.ui.page_files import COSTS, GENERATE, HISTORY, SETTINGS

# A Material icon would be fetched from another host, each time.
ICON = Path(__file__).with_name("leaf.svg")

st.set_page_config(page_title="Plantain", page_icon=ICON, layout="wide")
page = st.navigation(
    [
        st.Page(GENERATE, title="Generate", icon=":material/brush:", default=True),
        st.Page(HISTORY, title="History", icon=":material/history:"),
        st.Page(COSTS, title="Costs", icon=":material/payments:"),
        st.Page(SETTINGS, title="Settings", icon=":material/settings:"),
    ],
    position="top",
)
state.turn_to(page.url_path)
banner.draw()
page.run()
still.freeze_if_grown()

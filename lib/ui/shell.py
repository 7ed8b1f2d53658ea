"""The frame around every page: its title, the navigation, and whose money is being spent."""

from pathlib import Path

import streamlit as st

from lib.ui import banner

PAGES = Path(__file__).parents[2] / "pages"

st.set_page_config(page_title="Plantain", page_icon=":material/potted_plant:", layout="wide")
page = st.navigation(
    [
        st.Page(PAGES / "generate.py", title="Generate", icon=":material/brush:", default=True),
        st.Page(PAGES / "history.py", title="History", icon=":material/history:"),
        st.Page(PAGES / "costs.py", title="Costs", icon=":material/payments:"),
        st.Page(PAGES / "settings.py", title="Settings", icon=":material/settings:"),
    ],
    position="top",
)
banner.draw()
page.run()

"""The frame around every page: its title, the navigation, and whose money is being spent."""

from pathlib import Path

import streamlit as st

from lib.ui import banner, decision_notice, state, still, wiring
from lib.ui.page_files import (
    APPROVALS,
    COSTS,
    DECISIONS,
    EXPERIMENTS,
    GENERATE,
    HISTORY,
    SETTINGS,
)

# A Material icon would be fetched from another host, each time.
ICON = Path(__file__).with_name("leaf.svg")

st.set_page_config(page_title="Plantain", page_icon=ICON, layout="wide")
waiting = wiring.services().decisions.count()
decisions = st.Page(
    DECISIONS,
    title="Decisions",
    icon=":material/front_hand:",
    visibility="visible" if waiting else "hidden",
)
approvals = st.Page(
    APPROVALS,
    title="Approvals",
    icon=":material/approval:",
    visibility="visible" if wiring.services().count_approvals() else "hidden",
)
page = st.navigation(
    [
        st.Page(GENERATE, title="Generate", icon=":material/brush:", default=True),
        st.Page(EXPERIMENTS, title="Experiments", icon=":material/science:"),
        st.Page(HISTORY, title="History", icon=":material/history:"),
        decisions,
        approvals,
        st.Page(COSTS, title="Costs", icon=":material/payments:"),
        st.Page(SETTINGS, title="Settings", icon=":material/settings:"),
    ],
    position="top",
)
state.turn_to(page.url_path)
banner.draw()
if page.url_path != decisions.url_path:
    decision_notice.draw(waiting)
page.run()
still.freeze_if_grown()

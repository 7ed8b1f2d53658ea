"""Decisions: runs that may have been charged, and what a person can do about them."""

import streamlit as st

from lib.ui import decision_list, notice, wiring

st.title("Decisions")
notice.draw()
decision_list.draw(wiring.services())

"""Approvals: requests above a price, and an owner's yes or no to each."""

import streamlit as st

from lib.ui import approval_view, notice, wiring

st.title("Approvals")
notice.draw()
approval_view.draw(wiring.services())

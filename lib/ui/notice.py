"""What has just happened, said once."""

import streamlit as st

from lib.ui import state


def draw() -> None:
    """Say what a handler had to say. Only our own words: a toast is Markdown."""
    said = state.take_notice()
    if said:
        st.toast(said, icon=":material/info:")

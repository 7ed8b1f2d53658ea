"""Why something was refused, as text. The messages quote what was typed: never as Markdown."""

import streamlit as st


def draw_refusal(message: str) -> None:
    """Draw one reason."""
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        st.markdown(":red[:material/error:]", width="content")
        st.text(message, width="stretch")

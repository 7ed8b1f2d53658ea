"""Facts as pairs of a name and a value, which is shown as it is and never as Markdown."""

from collections.abc import Mapping

import streamlit as st

NAME_WIDTH = 160


def draw(facts: Mapping[str, str]) -> None:
    """One line a fact; on a narrow page the value goes under its name."""
    with st.container(gap="xsmall"):
        for name, value in facts.items():
            with st.container(horizontal=True, gap="small"):
                st.caption(name, width=NAME_WIDTH)
                st.text(value, width="content")

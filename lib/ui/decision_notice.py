"""The quiet line that says that runs wait for a decision, and leads there."""

import streamlit as st

from lib.ui.page_files import DECISIONS


def words(waiting: int) -> str:
    """`1 run needs a decision`, `2 runs need a decision`."""
    return "1 run needs a decision" if waiting == 1 else f"{waiting:,} runs need a decision"


def draw(waiting: int) -> None:
    """Draw it, if any run waits."""
    if waiting:
        st.page_link(DECISIONS, label=words(waiting), icon=":material/front_hand:")

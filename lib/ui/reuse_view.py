"""Says on the form whose settings it has, as long as the next run will be known as made from them."""

import streamlit as st

from lib.ui import reuse, state, wiring
from lib.ui.page_files import HISTORY


def draw() -> None:
    """Draw where the form's settings come from, with the way there and the way to forget it."""
    parent = reuse.source(wiring.services().runs, st.session_state["prompt"])
    if parent is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reused"):
        st.page_link(
            HISTORY,
            label="From an earlier run",
            icon=":material/subdirectory_arrow_right:",
            query_params={"run": parent.id},
            width="content",
            help="The run that is made next is shown as made from that one.",
        )
        st.button(
            "",
            key="forget_reused",
            icon=":material/close:",
            type="tertiary",
            help="Make it a run of its own",
            on_click=state.set_reused,
            args=(None,),
        )

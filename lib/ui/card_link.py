"""Links to a run and to its settings, made when they are asked for."""

import streamlit as st

from lib.domain.catalog import find_model
from lib.domain.run import Run
from lib.ui import address, wiring
from lib.ui.form_link import address_of, query_of
from lib.ui.page_files import HISTORY


def draw_link(run: Run) -> None:
    """Draw the button that shows the links, each with a button to copy it."""
    popover = st.popover(
        "Link",
        icon=":material/link:",
        type="tertiary",
        key=f"link_{run.id}",
        on_change="rerun",
    )
    if not popover.open:
        return
    with popover:
        st.caption("These settings, in the form")
        st.code(settings_address(run), language=None, wrap_lines=True)
        st.caption("This run, in the history")
        st.code(run_address(run), language=None, wrap_lines=True)
        st.page_link(
            HISTORY, label="Open it", icon=":material/history:", query_params={"run": run.id}
        )


def settings_address(run: Run) -> str:
    """Where the form opens with what the run was made with. A long prompt is kept for that."""
    keep = wiring.services().runs.keep_draft
    return address_of(address.base(), query_of(find_model(run.model_id), run.input, keep))


def run_address(run: Run) -> str:
    """Where the history opens with the run."""
    return address_of(f"{address.base()}history", {"run": run.id})

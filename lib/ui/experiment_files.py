"""A file handed over as axes: a CSV with columns, or a text with a value on each line."""

import streamlit as st

from lib.domain.errors import PlantainError
from lib.domain.experiment_files import axes_of_file
from lib.domain.model import Model
from lib.ui import experiment_state, wiring

FILE, PAIRED, TAKEN = "experiment_file_{}", "experiment_file_paired", "plantain_experiment_files"
HELP = "A text has a value on each line. A CSV has a head: its columns are fields or variables."


def draw(model: Model, column: str) -> None:
    """Draw the way in, put away. A text is about `column`."""
    with st.popover("From a file", icon=":material/upload_file:"):
        st.toggle("CSV rows belong together", key=PAIRED, value=True)
        key = FILE.format(st.session_state.get(TAKEN, 0))
        st.file_uploader(
            "CSV or text",
            type=["csv", "txt"],
            key=key,
            help=HELP,
            on_change=_take,
            args=(model, column, key),
        )
        st.text(f"A text becomes values of {column}.")


def _take(model: Model, column: str, key: str) -> None:
    handed = st.session_state.get(key)
    if handed is None:
        return
    st.session_state[TAKEN] = int(st.session_state.get(TAKEN, 0)) + 1
    try:
        found = axes_of_file(
            model,
            handed.name,
            handed.getvalue(),
            column=column,
            is_paired=bool(st.session_state.get(PAIRED)),
            drawn_from=wiring.clock().now_ms(),
        )
    except PlantainError as error:
        experiment_state.set_problem(str(error))
        return
    experiment_state.set_problem(None)
    experiment_state.set_axes((*experiment_state.axes(), *found))

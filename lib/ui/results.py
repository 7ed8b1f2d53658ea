"""The right side of the page: the runs, or the request as code, as JSON, and the field tables."""

from collections.abc import Callable, Mapping

import streamlit as st

from lib.domain.model import Model
from lib.ui.code_view import draw_form_code, draw_form_json
from lib.ui.reference_view import draw_reference
from lib.ui.runs_view import draw_runs

KEY = "view"
VIEWS: Mapping[str, Callable[[Model], None]] = {
    "Runs": lambda _model: draw_runs(),
    "Code": draw_form_code,
    "JSON": draw_form_json,
    "Reference": draw_reference,
}
FIRST = next(iter(VIEWS))


def draw_results(model: Model) -> None:
    """Draw the view that is chosen, and only that one."""
    chosen = st.segmented_control(
        "View",
        list(VIEWS),
        default=FIRST,
        required=True,
        key=KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    VIEWS[chosen or FIRST](model)

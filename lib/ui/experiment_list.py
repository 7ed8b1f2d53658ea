"""The experiments that were started, newest first, each with where it stands and what it cost."""

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_progress import Experiment, ExperimentState
from lib.ui import experiment_link, money

EMPTY = "Experiments will stand here. Vary something at the left, look at the sum, and start one."
TABLE = "experiment_list"


def draw(services: Services) -> None:
    """Draw the list; a click into a row opens it."""
    found = services.experiments.recent()
    if not found:
        st.caption(EMPTY)
        return
    ids = [one.id for one in found]
    key = f"{TABLE}_{ids[0]}_{len(ids)}"
    st.dataframe(
        pd.DataFrame([_row(one) for one in found]),
        key=key,
        on_select=lambda: _open(ids, key),
        selection_mode="single-cell",
        hide_index=True,
        height="content",
        column_config={"Done": st.column_config.ProgressColumn("Done", format="percent")},
    )


def state_words(experiment: Experiment) -> str:
    """Where it stands, in a word."""
    if experiment.state is ExperimentState.GOING:
        return "Done" if experiment.progress.is_over else "Going on"
    return experiment.state.capitalize()


def _row(one: Experiment) -> dict[str, object]:
    return {
        "Experiment": one.name,
        "State": state_words(one),
        "Done": one.progress.share,
        "Cells": one.progress.cells,
        "Cost": money.price(one.progress.spent_micros),
        "Held": money.price(one.progress.held_micros),
        "Failed": one.progress.failed,
        "Who": one.created_by,
    }


def _open(ids: list[str], key: str) -> None:
    cells = st.session_state[key].selection.cells
    if cells and cells[0][0] < len(ids):
        experiment_link.open_one(ids[cells[0][0]])

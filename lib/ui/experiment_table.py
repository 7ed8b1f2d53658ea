"""All cells of an experiment as a table, made when it is asked for."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_progress import CellNow, CellState, Experiment
from lib.domain.experiment_words import word_of
from lib.ui import money
from lib.ui.plain import excerpt

LONGEST_WORD = 60
REPEAT = "repeat"
RUN = "Run"


def draw(services: Services, experiment: Experiment) -> None:
    """Draw it, put away."""
    box = st.expander(
        "All cells",
        icon=":material/table_rows:",
        key="experiment_all_cells",
        on_change="rerun",
    )
    if box.open:
        with box:
            _draw_cells(services.experiments.cells(experiment.id), experiment.design.columns)


def _draw_cells(cells: Sequence[CellNow], columns: Sequence[str]) -> None:
    table = pd.DataFrame(
        [
            {
                "Cell": cell.number,
                **{name: _word(cell.varied[name]) for name in columns},
                REPEAT: cell.repeat,
                "State": _state(cell),
                "Cost": money.price(0 if cell.is_reused else cell.cost_micros),
                "Estimate": money.price(cell.estimate_micros),
                "Reason": excerpt(cell.failure, LONGEST_WORD) if cell.failure else "",
                RUN: f"/history?run={cell.run_id}" if cell.run_id else None,
            }
            for cell in cells
        ]
    )
    link = st.column_config.LinkColumn(RUN, display_text="Open")
    st.dataframe(table, hide_index=True, column_config={RUN: link}, placeholder="")


def _state(cell: CellNow) -> str:
    if cell.is_reused:
        return "There already"
    word = cell.run_state if cell.state is CellState.SENT and cell.run_state else cell.state
    again = f" (attempt {cell.attempt})" if cell.attempt > 1 else ""
    return f"{str(word).capitalize()}{again}"


def _word(value: object) -> str:
    return excerpt(word_of(value), LONGEST_WORD)

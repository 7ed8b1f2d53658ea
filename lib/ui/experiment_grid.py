"""The plain grid of an experiment: one column goes across, all others stand in the rows."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_progress import CellNow, CellState, Experiment
from lib.domain.experiment_words import word_of
from lib.ui import experiment_link, money
from lib.ui.plain import excerpt

ACROSS = "experiment_across"
ROW_HEIGHT = 132
PICTURE_WIDTH = 150
LONGEST_WORD = 60
REPEAT = "repeat"
RUN = "Run"


def draw(services: Services, experiment: Experiment) -> None:
    """Draw the pictures there are so far, and a table of the cells."""
    cells = services.experiments.cells(experiment.id)
    columns = list(experiment.design.columns)
    if columns:
        across = _draw_choice(experiment.id, columns)
        down = [name for name in columns if name != across]
        _draw_pictures(cells, across, down, has_repeats=experiment.design.repeats > 1)
    with st.expander("All cells", icon=":material/table_rows:"):
        _draw_cells(cells, columns)


def _draw_choice(experiment_id: str, columns: Sequence[str]) -> str:
    named = experiment_link.across()
    if len(columns) == 1:
        return columns[0]
    st.session_state.setdefault(ACROSS, None)
    if st.session_state[ACROSS] not in columns:
        st.session_state[ACROSS] = named if named in columns else columns[-1]
    return str(
        st.selectbox(
            "Across",
            columns,
            key=ACROSS,
            width=240,
            on_change=lambda: experiment_link.set_across(st.session_state[ACROSS], experiment_id),
        )
    )


def _draw_pictures(
    cells: Sequence[CellNow], across: str, down: Sequence[str], *, has_repeats: bool
) -> None:
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    heads: dict[str, None] = {}
    for cell in cells:
        named = [word_of(cell.varied[name]) for name in down]
        at = (*named, str(cell.repeat)) if has_repeats else tuple(named)
        head = word_of(cell.varied[across])
        heads.setdefault(head)
        if cell.sha256:
            rows.setdefault(at, {})[head] = f"/app/static/thumb/{cell.sha256}"
        else:
            rows.setdefault(at, {})
    names = [*down, *([REPEAT] if has_repeats else [])]
    table: list[dict[str, str | None]] = [
        # A column of the design may be called as one of its values: places keep them apart.
        {
            **{f"name{nth}": _word(word) for nth, word in enumerate(at)},
            **{f"value{nth}": found.get(head) for nth, head in enumerate(heads)},
        }
        for at, found in rows.items()
    ]
    column = st.column_config
    config = {
        f"name{nth}": column.TextColumn(name, pinned=True, width="small")
        for nth, name in enumerate(names)
    }
    pictures = {
        f"value{nth}": column.ImageColumn(f"{across} {_word(head)}", width=PICTURE_WIDTH)
        for nth, head in enumerate(heads)
    }
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        width="content",
        row_height=ROW_HEIGHT,
        height="content" if len(table) <= 4 else 4 * ROW_HEIGHT + 60,
        column_config={**config, **pictures},
        placeholder="",
    )


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

"""What is left out of a design: cells that have certain values together.

Values are what people typed: they stand in texts and in widgets' options.
"""

import streamlit as st

from lib.domain.experiment import MOST_EXCLUDES
from lib.domain.experiment_axes import Value
from lib.domain.experiment_words import word_of
from lib.ui import experiment_state

CHOSEN = "experiment_exclude_{}"
HELP = "Cells that have one of these values in each of these columns are not made."


def draw() -> None:
    """Draw what is left out, each with a way to have it again, and the fields for more."""
    for number, exclude in enumerate(experiment_state.excludes()):
        said = [f"{name} {', '.join(map(word_of, values))}" for name, values in exclude.items()]
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.text(f"Without {' and '.join(said)}", width="stretch")
            st.button(
                "",
                key=f"experiment_include_{number}",
                icon=":material/close:",
                type="tertiary",
                help="Make these cells too",
                on_click=_include,
                args=(number,),
            )
    if experiment_state.axes() and len(experiment_state.excludes()) < MOST_EXCLUDES:
        with st.popover("Leave cells out", icon=":material/filter_alt_off:", help=HELP):
            _draw_new()


def _draw_new() -> None:
    for column, values in _columns().items():
        st.multiselect(
            column, values, key=CHOSEN.format(column), format_func=word_of, placeholder="Any"
        )
    st.button("Leave out", key="experiment_exclude_add", on_click=_exclude)


def _columns() -> dict[str, list[Value]]:
    """The different values of each column."""
    return {
        column: list(dict.fromkeys(row[nth] for row in axis.rows))
        for axis in experiment_state.axes()
        for nth, column in enumerate(axis.columns)
    }


def _exclude() -> None:
    chosen = {name: st.session_state.get(CHOSEN.format(name)) or () for name in _columns()}
    exclude = {name: tuple(values) for name, values in chosen.items() if values}
    if not exclude:
        experiment_state.set_problem("Leave cells out: choose a value of one column at least.")
        return
    experiment_state.set_problem(None)
    if exclude not in experiment_state.excludes():
        experiment_state.set_excludes((*experiment_state.excludes(), exclude))
    for name in chosen:
        st.session_state[CHOSEN.format(name)] = []


def _include(number: int) -> None:
    kept = [one for nth, one in enumerate(experiment_state.excludes()) if nth != number]
    experiment_state.set_excludes(tuple(kept))

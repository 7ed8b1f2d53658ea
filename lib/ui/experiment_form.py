"""The form of a design: what is varied beside the fields of Generate, and how it is combined.

Values, names and variables are what people typed: they stand in texts and in widgets' options.
"""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import LONGEST_NAME, MOST_CELLS, MOST_REPEATS, Combine, DesignWrong
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_words import (
    NOT_SET,
    axis_from,
    can_be_varied,
    is_text,
    typed,
    words_of,
)
from lib.domain.input_field import FieldKind, InputField
from lib.domain.model import Model
from lib.ui import experiment_excludes, experiment_files, experiment_state, wiring
from lib.ui.refusal import draw_refusal

COLUMN, VALUES, CHOSEN = "experiment_column", "experiment_values", "experiment_choices"
HINTS = {
    FieldKind.INTEGER: "1..10, or 1..10..3 in steps of 3, or 1, 2, 7",
    FieldKind.TEXT: "One value a line",
}
SEED_HINT = "random 5, or 1..10, or 1, 2, 7"
EMPTY = (
    "Nothing is varied yet. Choose a field and its values; a word in braces in the prompt, such as "
    "`a {animal}`, can be varied too."
)
WAYS = {
    Combine.GRID: "Grid: each value with each other",
    Combine.PAIRED: "Paired: first with first, second with second",
    Combine.ONE_AT_A_TIME: "One at a time, from the first values",
    Combine.SAMPLE: "A random sample of the grid",
}


def draw_axes() -> None:
    """Draw what is varied, each with a way to take it out, and the fields for one more."""
    st.markdown("**Vary**")
    for number, axis in enumerate(experiment_state.axes()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.text(f"{name_of(axis)}: {words_of(axis)}", width="stretch")
            if typed(DEFAULT_MODEL, axis) is not None:
                st.button(
                    "",
                    key=f"experiment_edit_{number}",
                    icon=":material/edit:",
                    type="tertiary",
                    help="Change its values",
                    on_click=_edit,
                    args=(number,),
                )
            st.button(
                "",
                key=f"experiment_without_{number}",
                icon=":material/close:",
                type="tertiary",
                help="Do not vary it",
                on_click=experiment_state.without_axis,
                args=(number,),
            )
    if not experiment_state.axes():
        st.caption(EMPTY)
    experiment_excludes.draw()
    _draw_new_axis(DEFAULT_MODEL)


def _draw_new_axis(model: Model) -> None:
    names = can_be_varied(model, experiment_state.design())
    with st.container(border=True, gap="small", key="experiment_new_axis"):
        column = st.selectbox("Field or variable", names, key=COLUMN)
        rule = _chosen_from(model, column)
        if rule is not None:
            of = ("true", "false") if rule.kind is FieldKind.BOOLEAN else rule.choices
            options = of if rule.default is not None else (NOT_SET, *of)
            st.multiselect("Values", options, key=f"{CHOSEN}_{column}", placeholder="Choose some")
        else:
            kind = FieldKind.TEXT if is_text(model, column) else FieldKind.INTEGER
            hint = SEED_HINT if column == "seed" else HINTS[kind]
            st.text_area("Values", key=f"{VALUES}_{column}", placeholder=hint, height=90)
        with st.container(horizontal=True, gap="small"):
            icon = ":material/add:"
            st.button("Add", key="experiment_add", icon=icon, on_click=_add, args=(column,))
            experiment_files.draw(model, column)


def _chosen_from(model: Model, column: str) -> InputField | None:
    """The rule of a field that has few values; those of others are typed."""
    rule = next((rule for rule in model.input_fields if rule.name == column), None)
    return rule if rule and rule.kind in (FieldKind.CHOICE, FieldKind.BOOLEAN) else None


def _add(column: str) -> None:
    """Vary one more."""
    held = st.session_state
    chosen = held.get(f"{CHOSEN}_{column}")
    text = ", ".join(chosen) if chosen else str(held.get(f"{VALUES}_{column}") or "")
    now = wiring.clock().now_ms()
    try:
        axis = axis_from(DEFAULT_MODEL, column, text, drawn_from=now)
    except DesignWrong as error:
        experiment_state.set_problem(str(error))
        return
    experiment_state.set_problem(None)
    experiment_state.set_axes((*experiment_state.axes(), axis))


def _edit(number: int) -> None:
    """Take an axis out, and put it into the fields below as it was typed."""
    axis = experiment_state.axes()[number]
    text = typed(DEFAULT_MODEL, axis)
    if text is None:
        return
    (column,) = axis.columns
    experiment_state.without_axis(number)
    st.session_state[COLUMN] = column
    if _chosen_from(DEFAULT_MODEL, column):
        st.session_state[f"{CHOSEN}_{column}"] = text.split(", ")
    else:
        st.session_state[f"{VALUES}_{column}"] = text


def draw_combining() -> None:
    """Draw how the values come together, how often, and under which name."""
    st.selectbox(
        "Combine",
        list(Combine),
        key=experiment_state.COMBINE,
        format_func=lambda way: WAYS[Combine(way)],
        persist_state="session",
    )
    if st.session_state.get(experiment_state.COMBINE) == Combine.SAMPLE:
        _draw_sample()
    st.number_input(
        "Repeats",
        min_value=1,
        max_value=MOST_REPEATS,
        key=experiment_state.REPEATS,
        help="How often each cell is run: the same request, to see how much chance is in it.",
        persist_state="session",
    )
    st.text_input(
        "Name",
        key=experiment_state.NAME,
        max_chars=LONGEST_NAME,
        placeholder="What it is to find out",
        persist_state="session",
    )


def _draw_sample() -> None:
    left, right = st.columns(2)
    with left:
        st.number_input(
            "Cells to draw",
            min_value=1,
            max_value=MOST_CELLS,
            key=experiment_state.SAMPLED,
            persist_state="session",
        )
    with right:
        st.number_input(
            "Drawn from",
            min_value=0,
            max_value=2**31,
            key=experiment_state.DRAWN_FROM,
            help="The same number draws the same cells.",
            persist_state="session",
        )


def draw_problem() -> None:
    """Say why the last action did nothing."""
    said = experiment_state.problem()
    if said:
        draw_refusal(said)

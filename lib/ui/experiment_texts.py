"""Designs as text: pasted as YAML or CSV, taken away as either, and kept by name for the team."""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.errors import PlantainError
from lib.domain.experiment import LONGEST_NAME, Design
from lib.domain.experiment_csv import crossed_axes, paired_axis, table_of
from lib.services.experiments import yaml_text
from lib.ui import experiment_state, person, state, wiring

PASTED, PAIRED = "experiment_pasted", "experiment_pasted_paired"
TEMPLATE, TEMPLATE_NAME = "experiment_template", "experiment_template_name"
HELP = (
    "A design as this page writes it, or a table with a head: its columns are fields or variables."
)


def draw(design: Design, *, is_sound: bool) -> None:
    """Draw the ways in and out, put away. A design that cannot be carried out is not taken away."""
    with st.expander("Templates, YAML and CSV", icon=":material/description:"):
        _draw_templates()
        st.text_area("Paste YAML or CSV", key=PASTED, height=120, help=HELP)
        st.toggle("CSV rows belong together", key=PAIRED, value=True)
        st.button("Take over", key="experiment_take_over", on_click=_take_over)
        if is_sound and design.axes:
            with st.container(horizontal=True):
                _draw_download("YAML", yaml_text.write(design), "yaml")
                _draw_download("CSV of the cells", table_of(design), "csv")


def _draw_download(label: str, text: str, ending: str) -> None:
    st.download_button(
        label,
        text.encode(),
        file_name=f"experiment.{ending}",
        key=f"experiment_{ending}",
        icon=":material/download:",
        on_click="ignore",
    )


def _draw_templates() -> None:
    known = {one.name: one for one in wiring.services().experiments.templates()}
    if known:
        st.selectbox(
            "Templates of the team",
            list(known),
            index=None,
            key=TEMPLATE,
            format_func=lambda name: f"{name} (version {known[name].version})",
            placeholder="Choose one to fill the form",
            on_change=_load_template,
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Keep this design as", key=TEMPLATE_NAME, max_chars=LONGEST_NAME)
        st.button("Save", key="experiment_save", icon=":material/save:", on_click=_save_template)


def _take_over() -> None:
    text = str(st.session_state.get(PASTED) or "")
    first = text.strip().splitlines()[0] if text.strip() else ""
    try:
        if ":" in first or first.startswith("#"):
            experiment_state.load(yaml_text.read(text))
        elif st.session_state.get(PAIRED):
            experiment_state.set_axes((*experiment_state.axes(), paired_axis(text, DEFAULT_MODEL)))
        else:
            crossed = crossed_axes(text, DEFAULT_MODEL)
            experiment_state.set_axes((*experiment_state.axes(), *crossed))
    except PlantainError as error:
        experiment_state.set_problem(str(error))
    else:
        experiment_state.set_problem(None)
        st.session_state[PASTED] = ""


def _load_template() -> None:
    name = st.session_state.get(TEMPLATE)
    found = wiring.services().experiments.design_of_template(name) if name else None
    if found is not None:
        experiment_state.load(found)


def _save_template() -> None:
    name = " ".join(str(st.session_state.get(TEMPLATE_NAME) or "").split())
    if not name:
        experiment_state.set_problem("Keep this design as: write a name.")
        return
    design = experiment_state.design()
    version = wiring.services().experiments.save_template(name, design, by=person.name())
    experiment_state.set_problem(None)
    state.say(f"Kept as version {version}.")

"""What a tab remembers of experiments: the design in the making, and what its last actions said.

The keys are this file's alone. What was started stands in the ledger.
"""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL, find_model
from lib.domain.experiment import Combine, Design, Exclude, Sample
from lib.domain.experiment_axes import Axis
from lib.services.experiments.planning import Plan
from lib.ui import form_values, state
from lib.ui.state import Click

AXES = "plantain_experiment_axes"
PARENT = "plantain_experiment_parent"
"""The experiment whose cells the design finishes."""
EXCLUDES = "plantain_experiment_excludes"
PLAN = "plantain_experiment_plan"
"""The plan that was drawn last: what a click on Start means."""
PROBLEM = "plantain_experiment_problem"
CLICK = "plantain_experiment_click"
NAME, COMBINE, REPEATS = "experiment_name", "experiment_combine", "experiment_repeats"
SEEDS_FROM = "plantain_experiment_seeds_from"
"""The number that the seeds of starters are drawn from."""
SAMPLED, DRAWN_FROM = "experiment_sample", "experiment_drawn_from"
"""The widgets' keys."""
USUAL_SAMPLE = 12


def prepare() -> None:
    """Give every field of the form a value before it is drawn."""
    st.session_state.setdefault(NAME, "")
    st.session_state.setdefault(COMBINE, Combine.GRID)
    st.session_state.setdefault(REPEATS, 1)
    st.session_state.setdefault(SAMPLED, USUAL_SAMPLE)
    st.session_state.setdefault(DRAWN_FROM, 1)


def seeds_from(now_ms: int) -> int:
    """The number that starters draw their seeds from: the same as long as the tab is open."""
    return int(st.session_state.setdefault(SEEDS_FROM, now_ms))


def design() -> Design:
    """The design that the form holds: its base is what the fields of Generate hold."""
    held, model = st.session_state, DEFAULT_MODEL
    defaults = model.defaults()
    base = {
        name: value
        for name, value in form_values.read(model).items()
        if value not in (None, "") and value != defaults[name]
    }
    combine = Combine(held.get(COMBINE) or Combine.GRID)
    sample = Sample(int(held.get(SAMPLED) or 1), int(held.get(DRAWN_FROM) or 0))
    return Design(
        model_id=model.id,
        base=base,
        axes=axes(),
        combine=combine,
        sample=sample if combine is Combine.SAMPLE else None,
        repeats=int(held.get(REPEATS) or 1),
        excludes=tuple(held.get(EXCLUDES, ())),
        name=str(held.get(NAME) or "").strip(),
        parent=str(held.get(PARENT) or ""),
    )


def load(found: Design) -> None:
    """Put a design into the form, its base into the fields of Generate."""
    held, model = st.session_state, find_model(found.model_id)
    held[AXES], held[EXCLUDES], held[PARENT] = found.axes, found.excludes, found.parent
    held[NAME], held[COMBINE], held[REPEATS] = found.name, found.combine, found.repeats
    if found.sample:
        held[SAMPLED], held[DRAWN_FROM] = found.sample.count, found.sample.drawn_from
    state.fill_form(form_values.all_of(model, found.base))
    set_problem(None)


def axes() -> tuple[Axis, ...]:
    """The axes of the design in the making."""
    found: tuple[Axis, ...] = st.session_state.get(AXES, ())
    return found


def excludes() -> tuple[Exclude, ...]:
    """What is left out of it."""
    found: tuple[Exclude, ...] = st.session_state.get(EXCLUDES, ())
    return found


def set_axes(found: tuple[Axis, ...]) -> None:
    """Vary this; excludes that name what is not varied any more go."""
    st.session_state[AXES] = found
    if not found:
        st.session_state[PARENT] = ""
    columns = {column for axis in found for column in axis.columns}
    st.session_state[EXCLUDES] = tuple(one for one in excludes() if set(one) <= columns)


def set_excludes(found: tuple[Exclude, ...]) -> None:
    """Leave this out."""
    st.session_state[EXCLUDES] = found


def shown_plan() -> Plan | None:
    """What was drawn last, with its sum."""
    found: Plan | None = st.session_state.get(PLAN)
    return found


def show_plan(plan: Plan | None) -> None:
    """The plan is drawn now; None: the design makes none."""
    st.session_state[PLAN] = plan


def problem() -> str | None:
    """Why the last action did nothing."""
    found: str | None = st.session_state.get(PROBLEM)
    return found


def set_problem(said: str | None) -> None:
    """Note, or with None forget, why the last action did nothing."""
    st.session_state[PROBLEM] = said


def click() -> Click | None:
    """The click token of Start."""
    found: Click | None = st.session_state.get(CLICK)
    return found


def set_click(value: Click) -> None:
    """Keep the click token of Start."""
    st.session_state[CLICK] = value


def without_axis(number: int) -> None:
    """Take an axis out."""
    set_axes(tuple(axis for nth, axis in enumerate(axes()) if nth != number))

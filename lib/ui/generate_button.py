"""The Generate button: check the form, and have its run recorded, once for each click."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.domain.approval import NeedsApproval
from lib.domain.catalog import find_model
from lib.domain.errors import FieldProblem, InputInvalid, PlantainError
from lib.domain.model import Model
from lib.ui import clicks, form_labels, form_values, person, state, wiring
from lib.ui.approval_line import ASKED
from lib.ui.field_widgets import label_of
from lib.ui.refusal import draw_refusal
from lib.ui.reuse import parent_of_form

KEY = "generate"
QUEUED = "Queued. Its card is on top of the runs."
ONE_OF_TWO = "Already on its way: both clicks made one run."


def draw_generate(model: Model) -> None:
    """Draw the button, and what the last click was refused for."""
    if state.click() is None:
        state.set_click(clicks.new_click())
    problems = wiring.services().fitness.problems()
    st.button(
        "Generate",
        key=KEY,
        type="primary",
        icon=":material/auto_awesome:",
        shortcut="Ctrl+Enter",
        width="stretch",
        on_click=press,
        args=(model.id,),
        disabled=bool(problems),
    )
    if problems:
        return draw_refusal(f"{problems[0].what} {problems[0].remedy}")
    return _draw_problems(model)


def press(model_id: str) -> None:
    """Record a run of the form's input. Nothing is drawn until that is done."""
    model = find_model(model_id)
    values = form_values.read(model)
    fingerprint = form_values.fingerprint({**values, **form_labels.query()})
    before = state.click()
    click = clicks.for_input(before, fingerprint, wiring.clock().monotonic_s())
    try:
        made, said = _submit_or_ask(model, values, click.token)
    except InputInvalid as error:
        return state.set_problems(error.problems)
    except PlantainError as error:
        return state.set_problems((FieldProblem("", str(error)),))
    state.set_click(clicks.after_making(click, fingerprint, made))
    state.set_problems(())
    state.set_reused(None)
    return state.say(ONE_OF_TWO if click.made == made and said == QUEUED else said)


def _submit_or_ask(model: Model, values: Mapping[str, Any], token: str) -> tuple[str, str]:
    """Make a run, or ask an owner for it; the id of which, and what to say."""
    services, me = wiring.services(), person.name()
    parent = parent_of_form(services.runs, model, values)
    labels = services.labels.ids(form_labels.read(), by=me)
    try:
        run_id = services.runs.submit(
            model.id,
            values,
            click_token=token,
            created_by=me,
            parent=parent,
            prices_shown=state.shown_prices(),
            labels=labels,
        )
    except NeedsApproval:
        asked = services.approvals.ask(
            model.id, values, click_token=token, asked_by=me, parent=parent, labels=labels
        )
        return asked, ASKED
    return run_id, QUEUED


def note_drawn() -> None:
    """The page was drawn to its end: whoever clicks from now on can see what came of it."""
    click = state.click()
    if click:
        state.set_click(clicks.after_drawing(click, wiring.clock().monotonic_s()))


def _draw_problems(model: Model) -> None:
    """Say what to correct. A field's own reason stands beside it; it is named until it is right."""
    for problem in state.problems():
        if not problem.field:
            draw_refusal(problem.message)
        elif _is_still_wrong(model, problem.field):
            label = label_of(model.input_field(problem.field))
            draw_refusal(f"Nothing was sent: correct {label}.")


def _is_still_wrong(model: Model, field: str) -> bool:
    value = st.session_state.get(field)
    rule = model.input_field(field)
    return rule.problem_with(None if value is None else value) is not None

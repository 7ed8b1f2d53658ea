"""What one can do with a run from its card. Handlers write the session state, nothing else draws."""

import random
from collections.abc import Callable

import streamlit as st

from lib.domain.catalog import find_model
from lib.domain.run import Run, RunState
from lib.ui import form_values, state, wiring
from lib.ui.card_link import draw_link

LARGEST_NEW_SEED = 2**31 - 1
FILLED = "The form has the settings of this run."
FILLED_NEW_SEED = "The form has the settings of this run, with a new seed."
LEFT_OUT = "What the form cannot hold was left out."
TOO_LATE = "Too late to take it back: it is being sent."
TAKEN_BACK = "Taken back. It cost nothing."


def draw_actions(run: Run) -> None:
    """Draw the buttons that make sense for the run."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run.state is RunState.QUEUED:
            _button(run, "cancel", "Take back", "undo", take_back)
        _button(run, "again", "Use again", "replay", use_again)
        _button(run, "reseed", "New seed", "casino", use_with_new_seed)
        draw_link(run)
        if not run.is_open:
            _button(run, "delete", "", "delete", delete, help="Delete this run")


def use_again(run_id: str) -> None:
    """Fill the form with what the run was made with, its seed as it was asked for."""
    _fill(run_id, FILLED)


def use_with_new_seed(run_id: str) -> None:
    """As `use_again`, with a random seed filled in."""
    _fill(run_id, FILLED_NEW_SEED, seed=random.randint(0, LARGEST_NEW_SEED))


def take_back(run_id: str) -> None:
    """Cancel a run that was not sent yet."""
    done = wiring.services().runs.cancel(run_id)
    state.say(TAKEN_BACK if done else TOO_LATE)
    state.ask_for_whole_page()


def delete(run_id: str) -> None:
    """Take a run out of sight, and offer to undo that."""
    if wiring.services().runs.delete(run_id):
        state.set_deleted(run_id)
    state.ask_for_whole_page()


def undo_delete(run_id: str) -> None:
    """Bring the run back."""
    wiring.services().runs.restore(run_id)
    state.set_deleted(None)


def _fill(run_id: str, notice: str, **changed: int) -> None:
    run = wiring.services().runs.find(run_id)
    if run is None:
        return
    asked = {**run.input, **changed}
    held = form_values.all_of(find_model(run.model_id), asked)
    state.fill_form(held)
    state.set_reused(run.id)
    is_whole = all(held.get(name) == value for name, value in asked.items())
    state.say(notice if is_whole else f"{notice} {LEFT_OUT}")
    state.ask_for_whole_page()


def _button(
    run: Run,
    action: str,
    label: str,
    icon: str,
    handler: Callable[[str], None],
    *,
    help: str | None = None,
) -> None:
    st.button(
        label,
        key=f"{action}_{run.id}",
        icon=f":material/{icon}:",
        type="tertiary",
        help=help,
        on_click=handler,
        args=(run.id,),
    )

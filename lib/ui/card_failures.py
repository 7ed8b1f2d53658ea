"""Why a run has no pictures, in the API's words, and what to do next in ours."""

import streamlit as st

from lib.domain.run import Run, RunState
from lib.ui import decision_case
from lib.ui.money import price
from lib.ui.page_files import SETTINGS
from lib.ui.plain import dollars

COST_NOTHING = "It cost nothing."
MODEL_FAILED = "Use its settings again; if it fails the same way, change the prompt."
REFUSED = "Correct what the API names, and generate again."
NO_CREDIT = "Add credit to the Runflow account, then use these settings again."
KEY_REFUSED = "Check the API key: it is wrong, revoked, or may not use this model."
NOT_FOUND = "The API does not offer this model at this address: check both in the settings."
NEVER_SENT = "Check the connection to the API, then use its settings again."
NEXT_STEPS = {
    400: REFUSED,
    401: KEY_REFUSED,
    402: NO_CREDIT,
    403: KEY_REFUSED,
    404: NOT_FOUND,
    422: REFUSED,
}


def draw_ending(run: Run) -> None:
    """Draw why the run ended without pictures, if it did."""
    if run.state is RunState.FAILED:
        _draw_failure(run)
    elif run.state is RunState.PARKED:
        decision_case.draw(run)


def _draw_failure(run: Run) -> None:
    if run.failure:
        st.code(run.failure.message, language=None, wrap_lines=True)
        where = [word for word in (run.failure.code, run.failure.stage) if word]
        if where:
            st.text(" · ".join(where))
    st.markdown(dollars(f"{_cost(run)} {next_step(run)}"))
    if run.http_status in (401, 403, 404):
        st.page_link(SETTINGS, label="Settings", icon=":material/settings:")


def next_step(run: Run) -> str:
    """What to do about a failed run."""
    if run.remote_id:
        return MODEL_FAILED
    return NEXT_STEPS.get(run.http_status or 0, NEVER_SENT)


def _cost(run: Run) -> str:
    if run.cost_micros == 0:
        return COST_NOTHING
    if run.cost_micros is None:
        return "Whether it cost anything is not known yet."
    return f"It cost {price(run.cost_micros)}."

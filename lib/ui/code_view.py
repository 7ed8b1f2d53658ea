"""The request of a run as code and as JSON."""

import json
from typing import Any

import streamlit as st
import uuid_utils

from lib.domain.errors import InputInvalid
from lib.domain.model import Model
from lib.domain.run import Run
from lib.services.request_code import LANGUAGES, RunRequest, pretty, request_of
from lib.ui import form_values, state, wiring
from lib.ui.refusal import draw_refusal


def draw_form_code(model: Model) -> None:
    """Draw the code of the form as it stands."""
    request = _request_of_form(model)
    if request:
        draw_code(request, key="code_language")
        st.caption(
            "The key comes from the environment variable `RUNFLOW_API_KEY`. "
            "The answer is the run, still open: ask `GET /v1/runs/{id}` until it has ended."
        )


def draw_form_json(model: Model) -> None:
    """Draw the body that the form would send."""
    request = _request_of_form(model)
    if request:
        st.caption("Request")
        st.code(pretty(request.body), language="json", wrap_lines=True)
        st.caption("The response of a run is on its card, under Details.")


def draw_run_code(run: Run) -> None:
    """Draw the code that asks for a run once more; its id is the run's own."""
    draw_code(request_of_run(run), key=f"code_language_{run.id}")


def draw_code(request: RunRequest, *, key: str) -> None:
    """Draw a request in the language that is chosen."""
    language = st.segmented_control(
        "Language",
        list(LANGUAGES),
        default=next(iter(LANGUAGES)),
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    name, write = LANGUAGES[language or next(iter(LANGUAGES))]
    st.code(write(request), language=name, wrap_lines=True)


def draw_run_json(run: Run) -> None:
    """Draw what was sent and what the API said last."""
    st.caption("Request")
    st.code(pretty(request_of_run(run).body), language="json", wrap_lines=True)
    st.caption("Response")
    if run.remote_body is None:
        st.text("The API's answer is recorded when the run has ended.")
    else:
        st.code(_indented(run.remote_body), language="json", wrap_lines=True, height=400)


def request_of_run(run: Run) -> RunRequest:
    """The very request of a run."""
    return request_of(wiring.services().api_base_url, run.model_id, run.request_body)


def _request_of_form(model: Model) -> RunRequest | None:
    values = form_values.read(model)
    try:
        checked = model.check(values)
    except InputInvalid as error:
        st.markdown("The code appears when the form is right:")
        for problem in error.problems:
            draw_refusal(problem.message)
        return None
    body = wiring.services().runs.request_body(checked, client_ref=_ref_for(checked))
    return request_of(wiring.services().api_base_url, model.id, body)


def _ref_for(checked: dict[str, Any]) -> str:
    """The id in the code: a new one for each input, since an id belongs to one body only."""
    fingerprint = form_values.fingerprint(checked)
    known = state.code_ref()
    if known and known[0] == fingerprint:
        return known[1]
    ref = str(uuid_utils.uuid7())
    state.set_code_ref(fingerprint, ref)
    return ref


def _indented(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)

"""Requests of runs and of experiments alike: their links, and what is done when an owner decides."""

from collections.abc import Callable

import streamlit as st

from lib.domain.errors import PlantainError
from lib.services.owners import is_owner
from lib.ui import address, person, state
from lib.ui.form_link import address_of
from lib.ui.page_files import APPROVALS

REQUEST = "request"
"""The parameter of a link that names one request."""
SHOWN = 3
WAITING = "Waits for an owner. Send the link to one:"
OWNERS_ONLY = "An owner has to accept or refuse it."
REFUSED = "Refused. Nothing was sent."
TOO_LATE = "It had been decided on, or had expired."


def draw_waiting(request_id: str, words: str, *, key: str) -> None:
    """Draw a request for who has asked: the link to send on."""
    with st.container(border=True, gap="xxsmall", key=key):
        st.text(words)
        st.caption(WAITING)
        link = address_of(f"{address.base()}approvals", {REQUEST: request_id})
        st.code(link, language=None, wrap_lines=True)
        st.page_link(
            APPROVALS,
            label="Open it",
            icon=":material/approval:",
            query_params={REQUEST: request_id},
        )


def draw_buttons(
    request_id: str,
    label: str,
    *,
    accept: Callable[[str], str],
    refuse: Callable[[str, str], bool],
) -> None:
    """Draw what an owner can do: `accept` gives what is said then, `refuse` gets the reason.

    What raises PlantainError is said instead.
    """
    if not is_owner(person.name()):
        st.caption(OWNERS_ONLY)
        return
    key = f"approval_reason_{request_id}"

    def accepted() -> None:
        _decide(request_id, lambda: accept(request_id))

    def refused() -> None:
        reason = str(st.session_state.get(key, ""))
        _decide(request_id, lambda: REFUSED if refuse(request_id, reason) else TOO_LATE)

    st.text_input("Reason, when it is refused", key=key, placeholder="May stay empty")
    with st.container(horizontal=True):
        st.button(
            label,
            key=f"approval_accept_{request_id}",
            type="primary",
            icon=":material/check:",
            on_click=accepted,
        )
        st.button(
            "Refuse",
            key=f"approval_refuse_{request_id}",
            icon=":material/block:",
            on_click=refused,
        )


def _decide(request_id: str, decide: Callable[[], str]) -> None:
    try:
        said = decide()
    except PlantainError as error:
        return state.set_budget_problem(str(error))
    state.set_budget_problem(None)
    st.query_params[REQUEST] = request_id
    return state.say(said)

"""Experiments that an owner has to accept: as cards among the requests, and as links to send on."""

from collections.abc import Callable

import streamlit as st

from lib.bootstrap import Services
from lib.domain.approval import ApprovalState
from lib.domain.errors import PlantainError
from lib.domain.experiment_asked import AskedExperiment
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_words import words_of
from lib.domain.run import prompt_of
from lib.services.experiments.approving import design_asked
from lib.services.owners import is_owner
from lib.ui import address, money, person, state, times, wiring
from lib.ui.approval_badges import BADGES
from lib.ui.cost_figures import counted
from lib.ui.form_link import address_of
from lib.ui.page_files import APPROVALS, EXPERIMENTS
from lib.ui.plain import dollars

REQUEST = "request"
OWNERS_ONLY = "An owner has to accept or refuse it."
STARTED = "Accepted. The experiment is started."
REFUSED = "Refused. Nothing was sent."
TOO_LATE = "It had been decided on, or had expired."
WAITING = "Waits for an owner. Send the link to one:"
SHOWN = 3


def draw_cards(services: Services, named: str | None) -> int:
    """Draw the one of the link first, then the others that wait; how many were drawn."""
    approving = services.approving
    first = approving.find(named) if named else None
    shown = [one for one in [first] if one is not None]
    shown += [one for one in approving.waiting() if one.id != named]
    for one in shown:
        _draw_card(services, one)
    return len(shown)


def draw_mine(services: Services) -> None:
    """Draw the links of this person's requests that wait."""
    mine = [one for one in services.approving.waiting() if one.asked_by == person.name()]
    for one in mine[-SHOWN:]:
        with st.container(border=True, gap="xxsmall", key=f"experiment_asked_{one.id}"):
            st.text(design_asked(one).name or "Experiment")
            st.caption(WAITING)
            link = address_of(f"{address.base()}approvals", {REQUEST: one.id})
            st.code(link, language=None, wrap_lines=True)
            st.page_link(
                APPROVALS,
                label="Open it",
                icon=":material/approval:",
                query_params={REQUEST: one.id},
            )


def _draw_card(services: Services, one: AskedExperiment) -> None:
    label, color = BADGES[one.state]
    design, zone = design_asked(one), services.settings.zone
    with st.container(border=True, key=f"approval_{one.id}", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False):
            st.badge(label, color=color)  # type: ignore[arg-type]
            st.caption(times.ago(one.asked_at, wiring.clock().now_ms()), width="content")
        st.text(f"Experiment {design.name}".strip())
        st.text(prompt_of(design.base))
        for axis in design.axes:
            st.text(f"{name_of(axis)}: {words_of(axis)}")
        cells = counted(int(one.asked["cells"]), "cell")
        st.markdown(dollars(f"{cells}, **{money.price(one.total_micros)}**"))
        st.text(f"Asked by {one.asked_by}")
        if one.state is ApprovalState.WAITING:
            st.caption(f"Can be accepted until {times.exact(one.expires_at, zone)}.")
            _draw_buttons(one) if is_owner(person.name()) else st.caption(OWNERS_ONLY)
        elif one.decided_at is not None:
            st.text(f"By {one.decided_by}, {times.exact(one.decided_at, zone)}")
            if one.reason:
                st.text(one.reason)
        if one.experiment_id:
            st.page_link(
                EXPERIMENTS,
                label="Open the experiment",
                icon=":material/science:",
                query_params={"experiment": one.experiment_id},
            )


def _draw_buttons(one: AskedExperiment) -> None:
    key = f"approval_reason_{one.id}"
    st.text_input("Reason, when it is refused", key=key, placeholder="May stay empty")
    with st.container(horizontal=True):
        st.button(
            "Accept and start",
            key=f"approval_accept_{one.id}",
            type="primary",
            icon=":material/check:",
            on_click=_accept,
            args=(one.id,),
        )
        st.button(
            "Refuse",
            key=f"approval_refuse_{one.id}",
            icon=":material/block:",
            on_click=_refuse,
            args=(one.id, key),
        )


def _accept(approval_id: str) -> None:
    def accept() -> str:
        wiring.services().approving.accept(approval_id, by=person.name())
        return STARTED

    _decide(approval_id, accept)


def _refuse(approval_id: str, key: str) -> None:
    def refuse() -> str:
        reason = str(st.session_state.get(key, ""))
        done = wiring.services().approving.refuse(approval_id, by=person.name(), reason=reason)
        return REFUSED if done else TOO_LATE

    _decide(approval_id, refuse)


def _decide(approval_id: str, decide: Callable[[], str]) -> None:
    try:
        said = decide()
    except PlantainError as error:
        return state.set_budget_problem(str(error))
    state.set_budget_problem(None)
    st.query_params[REQUEST] = approval_id
    return state.say(said)

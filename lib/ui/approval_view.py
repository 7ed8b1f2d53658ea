"""Requests that an owner has to accept: the one that a link names, and all that wait."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.approval import Approval, ApprovalState
from lib.ui import experiment_approval_view, money, person, state, times, wiring
from lib.ui.approval_badges import BADGES
from lib.ui.approval_parts import REQUEST, draw_buttons
from lib.ui.card_facts import settings_told
from lib.ui.page_files import GENERATE, HISTORY
from lib.ui.plain import dollars
from lib.ui.refusal import draw_refusal

NOTHING = "No request waits for an owner. One above the price set in Settings will stand here."
NO_SUCH = "There is no such request: the link is cut off, or it is of another account."
ACCEPTED = "Accepted. Its run is queued."


def draw(services: Services) -> None:
    """Draw the request of the link first, then the others that wait."""
    named = st.query_params.get(REQUEST)
    problem = state.budget_problem()
    if problem:
        draw_refusal(problem)
    if named:
        found = services.approvals.find(named)
        if found is not None:
            _draw_card(services, found)
        elif services.approving.find(named) is None:
            draw_refusal(NO_SUCH)
    experiments = experiment_approval_view.draw_cards(services, named)
    waiting = [one for one in services.approvals.waiting() if one.id != named]
    for one in waiting:
        _draw_card(services, one)
    if not waiting and not experiments and not named:
        st.caption(NOTHING)
        st.page_link(GENERATE, label="To Generate", icon=":material/brush:")


def _draw_card(services: Services, one: Approval) -> None:
    now = wiring.clock().now_ms()
    label, color = BADGES[one.state]
    with st.container(border=True, key=f"approval_{one.id}", gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False):
            st.badge(label, color=color)  # type: ignore[arg-type]
            st.caption(times.ago(one.asked_at, now), width="content")
        st.text(str(one.input.get("prompt", "")), width="stretch")
        st.caption(dollars(settings_told(one.model_id, one.input)))
        st.markdown(dollars(f"Estimate **{money.price(one.estimate_micros)}**"))
        st.text(f"Asked by {one.asked_by}")
        labels = services.labels.names(one.labels, viewer=person.name())
        if labels:
            st.text(f"Under {', '.join(labels)}")
        _draw_end(services, one)


def _draw_end(services: Services, one: Approval) -> None:
    zone = services.settings.zone
    if one.state is ApprovalState.WAITING:
        st.caption(f"Can be accepted until {times.exact(one.expires_at, zone)}.")
        return draw_buttons(one.id, "Accept and send", accept=_accept, refuse=_refuse)
    if one.state is ApprovalState.EXPIRED:
        return _say(f"Nobody decided until {times.exact(one.expires_at, zone)}. Ask anew.")
    st.text(f"By {one.decided_by}, {times.exact(one.decided_at or 0, zone)}")
    if one.reason:
        st.text(one.reason)
    if one.run_id:
        st.page_link(
            HISTORY,
            label="Open its run",
            icon=":material/history:",
            query_params={"run": one.run_id},
        )
    return None


def _say(words: str) -> None:
    st.caption(words)


def _accept(approval_id: str) -> str:
    wiring.services().approvals.accept(approval_id, by=person.name())
    return ACCEPTED


def _refuse(approval_id: str, reason: str) -> bool:
    return wiring.services().approvals.refuse(approval_id, by=person.name(), reason=reason)

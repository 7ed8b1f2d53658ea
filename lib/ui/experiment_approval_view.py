"""Experiments that an owner has to accept: as cards among the requests, and as links to send on."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.approval import ApprovalState
from lib.domain.experiment_asked import AskedExperiment
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_words import words_of
from lib.domain.run import prompt_of
from lib.services.experiments.approving import design_asked
from lib.ui import money, person, times, wiring
from lib.ui.approval_badges import BADGES
from lib.ui.approval_parts import SHOWN, draw_buttons, draw_waiting
from lib.ui.cost_figures import counted
from lib.ui.page_files import EXPERIMENTS
from lib.ui.plain import dollars

STARTED = "Accepted. The experiment is started."


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
        words = design_asked(one).name or "Experiment"
        draw_waiting(one.id, words, key=f"experiment_asked_{one.id}")


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
            draw_buttons(one.id, "Accept and start", accept=_accept, refuse=_refuse)
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


def _accept(approval_id: str) -> str:
    wiring.services().approving.accept(approval_id, by=person.name())
    return STARTED


def _refuse(approval_id: str, reason: str) -> bool:
    return wiring.services().approving.refuse(approval_id, by=person.name(), reason=reason)

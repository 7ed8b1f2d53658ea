"""The page of open decisions: every run that waits for a person, each with its case."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.decision import Outcome
from lib.domain.run import Run
from lib.ui import decision_actions, decision_case, decision_notice, decision_state
from lib.ui.card_facts import settings_line
from lib.ui.card_states import standing
from lib.ui.decision_words import WHAT_ONE_CAN_DO, given_up
from lib.ui.money import price
from lib.ui.page_files import HISTORY
from lib.ui.plain import dollars, excerpt
from lib.ui.runs_view import surroundings
from lib.ui.times import ago

FIRST_SHOWN = 10
MORE_AT_A_TIME = 10
SHOWN = "plantain_decisions_shown"

NOTHING = (
    "No run waits for a decision. One that may have been charged, and that Plantain cannot find "
    "at the API, will stand here with all that is known of it."
)
"""The empty state."""


def draw(services: Services) -> None:
    """Draw the runs that wait, newest first, and what was decided last."""
    _draw_latest(services)
    count = services.decisions.count()
    if count == 0:
        st.caption(NOTHING)
        st.page_link(HISTORY, label="To the history", icon=":material/history:")
        return
    _draw_sum(count, services.decisions.in_doubt_micros())
    shown = int(st.session_state.get(SHOWN, FIRST_SHOWN))
    for run in services.decisions.waiting(shown):
        _draw_card(services, run)
    if count > shown:
        st.button(
            "Show more",
            key="decisions_more",
            icon=":material/expand_more:",
            on_click=_show,
            args=(shown + MORE_AT_A_TIME,),
        )


def _show(count: int) -> None:
    st.session_state[SHOWN] = count


def _draw_sum(count: int, in_doubt_micros: int) -> None:
    waiting = decision_notice.words(count)
    st.markdown(dollars(f"**{waiting}** · in doubt: **{price(in_doubt_micros)}**"))
    st.caption(WHAT_ONE_CAN_DO)


def _draw_card(services: Services, run: Run) -> None:
    around = surroundings()
    with st.container(border=True, key=f"decision_{run.id}", gap="small"):
        now = standing(run, around)
        with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False):
            st.badge(now.label, icon=now.icon, color=now.color)
            st.caption(ago(run.created_at, around.now_ms), width="content")
        st.text(excerpt(run.prompt), width="stretch")
        st.caption(dollars(" · ".join(filter(None, (settings_line(run), _money(run))))))
        if run.deleted_at is not None:
            st.caption("Deleted from the history. What it may have cost is still open.")
        decision_case.draw(run, services.decisions.known_of(run))


def _money(run: Run) -> str:
    if run.cost_micros is None:
        return f"in doubt: {price(run.estimate_micros)}"
    return f"cost {price(run.cost_micros)} confirmed"


def _draw_latest(services: Services) -> None:
    """What became of the run that was decided on last, since it has left the list."""
    latest = decision_state.latest()
    run = services.runs.find(latest[0]) if latest else None
    if latest is None or run is None or run.needs_decision:
        return
    with st.container(border=True, gap="small", key="latest_decision"):
        st.text(excerpt(run.prompt))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if run.decided_at is not None and latest[1].outcome is Outcome.GIVEN_UP:
                st.markdown(dollars(given_up(run)), width="content")
                decision_actions.draw_undo(run.id)
            else:
                st.markdown(standing(run, surroundings()).label, width="content")
            st.page_link(
                HISTORY,
                label="Open it",
                icon=":material/history:",
                query_params={"run": run.id},
                width="content",
            )

"""The card of a run: where it stands, its pictures, what it cost, and what one can do with it."""

import streamlit as st

from lib.domain.run import Run, RunState
from lib.ui.card_actions import draw_actions
from lib.ui.card_details import draw_details
from lib.ui.card_facts import cost_line, making_line, settings_line
from lib.ui.card_failures import draw_ending
from lib.ui.card_pictures import draw_pictures, draw_places
from lib.ui.card_states import Standing, Surroundings, standing
from lib.ui.plain import dollars, excerpt
from lib.ui.run_marks import draw_marks
from lib.ui.times import ago

WITH_PLACES = frozenset({RunState.QUEUED, RunState.SENDING, RunState.ACCEPTED})


def draw_card(run: Run, around: Surroundings) -> None:
    """Draw one run."""
    now = standing(run, around)
    with st.container(border=True, key=f"card_{run.id}", gap="small"):
        _draw_head(run, now, around.now_ms)
        st.text(excerpt(run.prompt), width="stretch")
        if now.sentence:
            st.text(now.sentence, width="stretch")
        if run.is_open and run.note not in (None, now.sentence):
            st.code(run.note, language=None, wrap_lines=True)
        _draw_body(run)
        _draw_facts(run)
        draw_actions(run)
        draw_details(run)


def _draw_head(run: Run, now: Standing, now_ms: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", wrap=False):
        with st.container(horizontal=True, gap="xsmall", width="content"):
            st.badge(now.label, icon=now.icon, color=now.color)
            if run.nsfw_detected:
                st.badge("Flagged as NSFW", icon=":material/visibility_off:", color="orange")
            draw_marks(run)
        st.caption(ago(run.created_at, now_ms), width="content")


def _draw_body(run: Run) -> None:
    if run.state in WITH_PLACES:
        draw_places(run)
    if run.pictures:
        draw_pictures(run)
    draw_ending(run)


def _draw_facts(run: Run) -> None:
    lines = [settings_line(run), making_line(run), cost_line(run)]
    st.caption(dollars("  \n".join(line for line in lines if line)))

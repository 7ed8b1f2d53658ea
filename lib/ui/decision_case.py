"""A parked run as a case to decide: why, what is known, what one can do. The same wherever it stands."""

import streamlit as st

from lib.domain.run import Run
from lib.services.decisions import OpenDecision
from lib.ui import decision_actions, decision_facts, wiring
from lib.ui.decision_words import WHAT_ONE_CAN_DO, why
from lib.ui.plain import dollars


def draw(run: Run, known: OpenDecision | None = None) -> None:
    """Draw the case of a parked run.

    With `known` what has happened to it as well; what one can do is then told by the page.
    """
    if run.note:
        st.code(run.note, language=None, wrap_lines=True)
    if run.decided_at is None:
        st.markdown(dollars(why(run)))
    if known is not None:
        decision_facts.draw_story(known, wiring.services().settings.zone)
    decision_facts.draw_ids(run)
    if run.decided_at is None and known is None:
        st.caption(WHAT_ONE_CAN_DO)
    decision_actions.draw(run)

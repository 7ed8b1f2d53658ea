"""What came of a question about a parked run, drawn below its buttons until the next one.

What the API, the network or a paste said is text, never Markdown.
"""

import streamlit as st

from lib.domain.decision import Answer, Outcome
from lib.ui import decision_state, wiring
from lib.ui.decision_state import Wish
from lib.ui.decision_words import ADOPTED_ELSEWHERE, said
from lib.ui.page_files import HISTORY
from lib.ui.plain import excerpt
from lib.ui.refusal import draw_refusal

LONGEST_VALUE = 400


def draw(run_id: str) -> None:
    """Draw what came of the last question, if anything did."""
    told = decision_state.answer(run_id)
    if told is None:
        return
    if told.outcome is Outcome.REFUSED:
        draw_refusal(told.problem or "")
        return
    with st.container(border=True, gap="small", key=f"answer_{run_id}"):
        st.markdown(said(told, wiring.services().settings.zone))
        if told.problem:
            st.text(told.problem)
        if told.outcome is Outcome.ANOTHERS:
            _draw_other(told)
        if told.outcome is Outcome.DIFFERS:
            _draw_differences(run_id, told)


def _draw_other(told: Answer) -> None:
    if told.other is None:
        return
    st.text(excerpt(told.other.prompt))
    st.page_link(
        HISTORY,
        label="Open that run",
        icon=":material/history:",
        query_params={"run": told.other.id},
    )
    if told.other.adopted_at is not None:
        st.caption(ADOPTED_ELSEWHERE)


def _draw_differences(run_id: str, told: Answer) -> None:
    import pandas as pd  # takes long to load, and few pages need it here

    rows = [
        (found.field, excerpt(found.ours, LONGEST_VALUE), excerpt(found.theirs, LONGEST_VALUE))
        for found in told.differences
    ]
    columns = ["Field", "This run", "The API's run"]
    st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, alt="What differs")
    st.code(told.remote_id, language=None)
    with st.container(horizontal=True):
        st.button(
            "It is the same: adopt it",
            key=f"same_{run_id}",
            icon=":material/link:",
            on_click=decision_state.wish,
            args=(run_id, Wish(told.remote_id, told.differences)),
        )
        st.button(
            "Leave it",
            key=f"leave_{run_id}",
            type="tertiary",
            on_click=decision_state.forget,
            args=(run_id,),
        )

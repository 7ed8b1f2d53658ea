"""What a tab remembers of decisions: what is to be carried out, and what came of it.

The keys are this file's alone. What was decided stands in the ledger.
"""

from dataclasses import dataclass

import streamlit as st

from lib.domain.decision import Answer
from lib.domain.likeness import Difference

WISHES = "plantain_decision_wishes"
"""By run: what is to be done at the next drawing, since it takes a while and is to be seen."""
ANSWERS = "plantain_decision_answers"
"""By run: what came of the last question, as long as the run waits."""
LATEST = "plantain_decision_latest"
"""The run that was decided on last, and what came of it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Ask the API about a run; with `pasted`, adopt what is named there, `accepted` differing."""

    pasted: str | None = None
    accepted: tuple[Difference, ...] = ()


def wish(run_id: str, wanted: Wish) -> None:
    """Have this done at the next drawing. What came of the last question is forgotten."""
    st.session_state[WISHES] = {**st.session_state.get(WISHES, {}), run_id: wanted}
    forget(run_id)


def take_wish(run_id: str) -> Wish | None:
    """What is to be done now, once."""
    wishes: dict[str, Wish] = st.session_state.get(WISHES, {})
    return wishes.pop(run_id, None)


def answer(run_id: str) -> Answer | None:
    """What came of the last question about a run that still waits."""
    found: Answer | None = st.session_state.get(ANSWERS, {}).get(run_id)
    return found


def keep(run_id: str, told: Answer) -> None:
    """Remember what came of a question."""
    st.session_state[ANSWERS] = {**st.session_state.get(ANSWERS, {}), run_id: told}


def forget(run_id: str) -> None:
    """Say no more of it."""
    st.session_state.get(ANSWERS, {}).pop(run_id, None)


def latest() -> tuple[str, Answer] | None:
    """The run that was decided on last in this tab."""
    found: tuple[str, Answer] | None = st.session_state.get(LATEST)
    return found


def set_latest(run_id: str, told: Answer) -> None:
    """Note that a run does not wait any more."""
    st.session_state[LATEST] = (run_id, told)
    forget(run_id)


def forget_latest() -> None:
    """Say no more of the last decision."""
    st.session_state.pop(LATEST, None)

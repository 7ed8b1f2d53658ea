"""What a tab remembers while it judges: who judges, and the pairs that its browser has at hand.

The browser has a few pairs before it needs them, so that a vote shows the next one at once. The
keys of the session are this file's alone.
"""

from collections.abc import Sequence

import streamlit as st

from lib.domain.errors import PlantainError
from lib.domain.experiment_judged import Choice, Showing
from lib.services.experiments.judging import JudgingService
from lib.ui import person
from lib.ui.voting.events import Answer, Said

QUEUE, PROBLEM = "plantain_judge_queue", "plantain_judge_problem"
KEPT_VOTER = "plantain_judge_voter"
VOTER = "experiment_judge_voter"
"""The key of the field that says who judges."""
AT_HAND = 6
"""So many votes can be cast while a busy server is still at the first."""
LONGEST_NAME = 60

Held = tuple[str, Choice, str, tuple[Showing, ...]]
"""The pairs at hand, and what they were chosen for: experiment, choice and voter."""


def prepare() -> None:
    """Give the field its name before it is drawn: Streamlit forgets it while it is not shown."""
    st.session_state.setdefault(VOTER, st.session_state.get(KEPT_VOTER, ""))


def keep_voter() -> None:
    """Keep the name that was typed, for as long as the tab is open."""
    typed = " ".join(str(st.session_state.get(VOTER) or "").split())
    st.session_state[KEPT_VOTER] = typed[:LONGEST_NAME]


def voter() -> str:
    """Who judges: the name that was typed, or who sits at the browser."""
    return str(st.session_state.get(KEPT_VOTER) or person.name())


def problem() -> str | None:
    """Why the last answer was not counted."""
    found: str | None = st.session_state.get(PROBLEM)
    return found


def take(judging: JudgingService, experiment_id: str, choice: Choice, said: Sequence[Said]) -> None:
    """Count what was said. What comes twice changes nothing the second time."""
    by, waiting = voter(), list(_held(experiment_id, choice))
    for one in said:
        try:
            if isinstance(one, Answer):
                waiting = _answered(judging, waiting, one, by)
            elif back := judging.take_back(experiment_id, by=by, token=one.token):
                waiting = [back, *waiting]
            st.session_state[PROBLEM] = None
        except PlantainError as error:
            # The browser has passed these pairs: with other tokens they are asked anew.
            waiting = [judging.again(shown) for shown in waiting]
            st.session_state[PROBLEM] = str(error)
        st.session_state[QUEUE] = (experiment_id, choice, by, tuple(waiting))


def _answered(
    judging: JudgingService, waiting: list[Showing], said: Answer, by: str
) -> list[Showing]:
    for shown in waiting:
        if shown.token == said.token:
            judging.vote(shown, said.outcome, by=by)
    return [shown for shown in waiting if shown.token != said.token]


def at_hand(judging: JudgingService, experiment_id: str, choice: Choice) -> tuple[Showing, ...]:
    """The next pairs, the first to be judged now; none when all were seen."""
    judged = {cell.key for cell in judging.cells(experiment_id, choice)}
    waiting = [one for one in _held(experiment_id, choice) if judged.issuperset(one.pair)]
    if len(waiting) < AT_HAND:
        planned, most = [shown.pair for shown in waiting], AT_HAND - len(waiting)
        by = voter()
        waiting += judging.show(experiment_id, choice, by=by, planned=planned, most=most)
    held = experiment_id, choice, voter(), tuple(waiting)
    st.session_state[QUEUE] = held
    return held[3]


def _held(experiment_id: str, choice: Choice) -> tuple[Showing, ...]:
    held: Held | None = st.session_state.get(QUEUE)
    return held[3] if held and held[:3] == (experiment_id, choice, voter()) else ()

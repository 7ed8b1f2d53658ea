"""What is done to many runs at once: its progress, its end, and the way back.

It goes on beside the page. What takes but a moment is not announced at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import Changed, ChangeKind
from lib.services.bin import Emptied
from lib.services.long_work import LongWork
from lib.services.organising import Progress, Selection
from lib.ui import person, work_bar
from lib.ui.refusal import draw_refusal

WORK = "history_work"
CHANGED = "history_changed"
PROBLEM = "history_problem"
OF = "history_work_of"
"""What is gone through: runs, or pictures."""
MOMENT_S = 0.4
LOOK_AGAIN_S = 0.5
WORDS = {
    ChangeKind.FAVOURITE: "Favourite changed: {}.",
    ChangeKind.RATING: "Rating changed: {}.",
    ChangeKind.TAG: "Tagged: {}.",
    ChangeKind.UNTAG: "Tag taken off: {}.",
    ChangeKind.COLLECT: "Put into the collection: {}.",
    ChangeKind.UNCOLLECT: "Taken out of the collection: {}.",
    ChangeKind.DELETE: "Put into the bin: {}.",
    ChangeKind.RESTORE: "Brought back: {}.",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in our own words, and what takes it back where that can be (it may raise)."""

    words: str
    undo: Callable[[], object] | None = None


Outcome = Changed | Emptied | Done
Work = Callable[[Progress], Outcome]


def begin(services: Services, selection: Selection, work: Work) -> None:
    """Do it to these runs. What is over in a moment is shown as done at once."""
    total = (
        services.search.totals(selection, viewer=person.name()).runs.value
        if isinstance(selection, HistoryQuery)
        else len(selection)
    )
    start(work, total)


def start(work: Work, total: int, *, of: str = "runs") -> None:
    """Do what goes through so many, unless something else is being done."""
    if st.session_state.get(WORK) is not None:
        st.session_state[PROBLEM] = "Wait for the end of what is being done, or cancel it."
        return
    _forget()
    st.session_state[OF] = of
    st.session_state[WORK] = LongWork(work, total).start()
    st.session_state[WORK].wait(MOMENT_S)
    _settle()


def do(work: Callable[[], Changed | Done]) -> None:
    """Do what takes but a moment, and offer the way back."""
    _forget()
    try:
        say(work())
    except PlantainError as error:
        st.session_state[PROBLEM] = str(error)


def say(outcome: Outcome) -> None:
    """Have something that was done said, with the way back."""
    _forget()
    st.session_state[CHANGED] = outcome


def refuse(problem: str) -> None:
    """Have it said why nothing was done. It may quote what was typed."""
    _forget()
    st.session_state[PROBLEM] = problem


def draw(services: Services) -> None:
    """Draw how far it is, or what came of it."""
    _settle()
    work, changed = st.session_state.get(WORK), st.session_state.get(CHANGED)
    # The fragment stays without its timer when all is over: a last tick may be on its way.
    st.fragment(_draw_work, run_every=LOOK_AGAIN_S if work else None)()
    if st.session_state.get(PROBLEM):
        draw_refusal(st.session_state[PROBLEM])
    if changed is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="history_changed_bar"):
            st.caption(outcome_words(changed), width="content")
            if _can_undo(changed):
                st.button(
                    "Undo",
                    key="history_undo",
                    icon=":material/undo:",
                    on_click=_undo,
                    args=(services, changed),
                )
            st.button("Dismiss", key="history_dismiss", type="tertiary", on_click=_forget)


def outcome_words(outcome: Outcome) -> str:
    """What was done, and to how many runs."""
    if isinstance(outcome, Done):
        return outcome.words
    runs = "1 run" if outcome.runs == 1 else f"{outcome.runs:,} runs"
    if isinstance(outcome, Emptied):
        words = f"Erased for good: {runs}. Pictures removed: {outcome.freed_pictures:,}."
    elif outcome.runs == 0:
        words = "Nothing had to be changed."
    else:
        words = WORDS[outcome.kind].format(runs)
    return f"Canceled. {words}" if outcome.was_canceled else words


def _draw_work() -> None:
    work: LongWork[Outcome] | None = st.session_state.get(WORK)
    if work is None:
        return
    if work.is_over:
        st.rerun()
    words = f"{work.gone_through:,} of {work.total or 0:,} {st.session_state.get(OF, 'runs')}"
    work_bar.draw(work, words, key="history_work_bar", cancel_key="history_cancel_work")


def _settle() -> None:
    """Take what came of work that is over."""
    work: LongWork[Outcome] | None = st.session_state.get(WORK)
    if work is not None and work.is_over:
        st.session_state.pop(WORK)
        st.session_state[CHANGED] = work.result
        st.session_state[PROBLEM] = work.problem


def _can_undo(outcome: Outcome) -> bool:
    if isinstance(outcome, Done):
        return outcome.undo is not None
    return isinstance(outcome, Changed) and outcome.change_id is not None


def _undo(services: Services, outcome: Changed | Done) -> None:
    _forget()
    try:
        if isinstance(outcome, Done):
            outcome.undo() if outcome.undo else None
        elif outcome.change_id is not None:
            services.organising.undo(outcome.change_id, by=person.name())
    except PlantainError as error:
        st.session_state[PROBLEM] = str(error)


def _forget() -> None:
    st.session_state.pop(CHANGED, None)
    st.session_state.pop(PROBLEM, None)

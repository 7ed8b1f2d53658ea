"""What one can do about a parked run: ask again, adopt by id, give up, and take that back.

It is a fragment: a question to the API takes some seconds, in which the rest of the page stays
alive.
"""

import streamlit as st

from lib.domain.decision import Answer, Counts
from lib.domain.run import Run
from lib.ui import decision_answer, decision_state, person, state, wiring
from lib.ui.decision_state import Wish
from lib.ui.decision_words import TOASTS, count_label, given_up, known_cost
from lib.ui.plain import dollars

CHOICES = (Counts.NOTHING, Counts.ESTIMATE)


@st.fragment
def draw(run: Run) -> None:
    """Draw what can be done, do what was asked for, and say what came of it."""
    if state.take_whole_page():
        st.rerun()
    if run.decided_at is not None:
        _draw_given_up(run)
        return
    wanted = decision_state.take_wish(run.id)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _draw_ask(run, is_busy=wanted is not None)
        _draw_adopt(run)
        _draw_give_up(run)
    if wanted is not None:
        _carry_out(run, wanted)
        st.rerun()
    decision_answer.draw(run.id)


# -- asking the API ------------------------------------------------------------------------------


def _draw_ask(run: Run, *, is_busy: bool) -> None:
    st.button(
        "Ask again",
        key=f"ask_{run.id}",
        icon=":material/search:",
        disabled=is_busy,
        on_click=decision_state.wish,
        args=(run.id, Wish()),
    )


def _draw_adopt(run: Run) -> None:
    popover = st.popover(
        "Adopt by id", icon=":material/link:", key=_popover(run.id), on_change="rerun"
    )
    with popover, st.form(f"adopt_form_{run.id}", border=False):
        st.text_input(
            "Id or address of the run, from the Runflow dashboard",
            key=_pasted(run.id),
            placeholder="0196a3c4-7d1e-…",
            autocomplete="off",
        )
        st.caption("It is compared with this run first, and you are shown what differs.")
        st.form_submit_button(
            "Look it up", key=f"look_up_{run.id}", on_click=look_up, args=(run.id,)
        )


def look_up(run_id: str) -> None:
    """Have the API asked about what was pasted. What comes of it stands below the buttons."""
    decision_state.wish(run_id, Wish(st.session_state.get(_pasted(run_id)) or ""))
    st.session_state[_popover(run_id)] = False


def _popover(run_id: str) -> str:
    return f"adopt_{run_id}"


def _pasted(run_id: str) -> str:
    return f"adopt_id_{run_id}"


def _carry_out(run: Run, wanted: Wish) -> None:
    decisions, by = wiring.services().decisions, person.name()
    with st.spinner("Asking the API…", show_time=True):
        if wanted.pasted is None:
            told = decisions.ask(run.id, by=by)
        else:
            told = decisions.adopt(run.id, wanted.pasted, by=by, accepted=wanted.accepted)
        _note(run.id, told)


# -- giving up -----------------------------------------------------------------------------------


def _draw_give_up(run: Run) -> None:
    with st.popover("Give up", icon=":material/block:", key=f"give_up_{run.id}"):
        if run.cost_micros is None:
            st.radio(
                "What did it cost?",
                CHOICES,
                index=None,
                format_func=lambda counts: dollars(count_label(counts, run)),
                key=_counts(run.id),
            )
        else:
            st.markdown(dollars(known_cost(run)))
        st.caption(
            "It leaves the open decisions, and can be taken back. "
            "Should the API turn out to have it, its true cost is counted."
        )
        st.button(
            "Give this run up",
            key=f"give_up_now_{run.id}",
            disabled=run.cost_micros is None and st.session_state.get(_counts(run.id)) is None,
            on_click=give_up,
            args=(run.id,),
        )


def give_up(run_id: str) -> None:
    """Close the case with what was chosen; of a known cost nothing is to be chosen."""
    counts = st.session_state.get(_counts(run_id)) or Counts.KNOWN
    _note(run_id, wiring.services().decisions.give_up(run_id, counts, by=person.name()))
    state.ask_for_whole_page()


def undo(run_id: str) -> None:
    """Take back that a run was given up."""
    _note(run_id, wiring.services().decisions.undo(run_id, by=person.name()))
    state.ask_for_whole_page()


def _counts(run_id: str) -> str:
    return f"counts_{run_id}"


def _draw_given_up(run: Run) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(dollars(given_up(run)), width="content")
        draw_undo(run.id)


def draw_undo(run_id: str) -> None:
    """Draw the button that takes a decision back."""
    st.button(
        "Take it back",
        key=f"undecide_{run_id}",
        icon=":material/undo:",
        type="tertiary",
        on_click=undo,
        args=(run_id,),
    )


def _note(run_id: str, told: Answer) -> None:
    """Remember what came of it: once where the run waits no more, until the next question else."""
    if told.outcome not in TOASTS:
        return decision_state.keep(run_id, told)
    state.say(TOASTS[told.outcome])
    return decision_state.set_latest(run_id, told)

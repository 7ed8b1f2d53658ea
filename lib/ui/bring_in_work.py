"""A zip on its way in: how far it is, its end, and what came of it. It goes on beside the page."""

from collections.abc import Callable

import streamlit as st

from lib.services.long_work import LongWork
from lib.services.taking_away.bringing_in import BroughtIn, Progress
from lib.ui import work_bar
from lib.ui.refusal import draw_refusal

WORK = "bring_in_work"
CAME = "bring_in_came"
PROBLEM = "bring_in_problem"
MOMENT_S = 0.4
LOOK_AGAIN_S = 0.5
BUSY = "Wait for the end of what is being brought in, or cancel it."


def begin(bring: Callable[[Progress], BroughtIn]) -> None:
    """Bring it in. What takes but a moment is shown as done at once."""
    if st.session_state.get(WORK) is not None:
        st.session_state[PROBLEM] = BUSY
        return

    def carry_out(tell: Callable[[int], bool]) -> BroughtIn:
        def progress(done: int, total: int) -> bool:
            work.total = total
            return tell(done)

        return bring(progress)

    forget()
    work: LongWork[BroughtIn] = LongWork(carry_out, None)
    st.session_state[WORK] = work
    work.start().wait(MOMENT_S)
    _settle()


def draw() -> None:
    """Draw how far it is, or what came of it."""
    _settle()
    work, came = st.session_state.get(WORK), st.session_state.get(CAME)
    # The fragment stays without its timer when all is over: a last tick may be on its way.
    st.fragment(_draw_work, run_every=LOOK_AGAIN_S if work else None)()
    problem = st.session_state.get(PROBLEM)
    if problem is None and came is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="bring_in_came_bar"):
        if came is not None:
            st.caption(words(came), width="content")
        if problem is not None:
            with st.container(width="content"):
                draw_refusal(problem)  # it may quote the zip
        st.button("Dismiss", key="bring_in_dismiss", type="tertiary", on_click=forget)


def forget() -> None:
    """Say no more of the last one."""
    st.session_state.pop(CAME, None)
    st.session_state.pop(PROBLEM, None)


def words(came: BroughtIn) -> str:
    """What came of it."""
    told = [f"{came.runs:,} runs brought in, {came.known:,} were here already."]
    if came.was_canceled:
        told = ["Canceled.", *told, "Bring it in again for the rest."]
    if came.open:
        told.append(f"{came.open:,} had not ended and were left out.")
    if came.elsewhere:
        told.append(f"{came.elsewhere:,} of them belong to another account and show there.")
    if came.undecided:
        told.append(
            f"{came.undecided:,} of them wait for a decision where they were made: decide there, "
            "or open one here and take it back."
        )
    if came.lost_pictures:
        told.append(f"{came.lost_pictures:,} pictures were not in the zip.")
    return " ".join(told)


def progress_words(done: int, total: int | None) -> str:
    """How far it is: each run is looked at, and then taken in."""
    if not total:
        return "Looking into the zip"
    runs = total // 2
    if done < runs:
        return f"Checked {done:,} of {runs:,} runs"
    return f"Brought in {done - runs:,} of {runs:,} runs"


def _draw_work() -> None:
    work: LongWork[BroughtIn] | None = st.session_state.get(WORK)
    if work is None:
        return
    if work.is_over:
        st.rerun()
    words = progress_words(work.gone_through, work.total)
    work_bar.draw(work, words, key="bring_in_bar", cancel_key="bring_in_cancel")


def _settle() -> None:
    work: LongWork[BroughtIn] | None = st.session_state.get(WORK)
    if work is not None and work.is_over:
        st.session_state.pop(WORK)
        st.session_state[CAME] = work.result
        st.session_state[PROBLEM] = work.problem

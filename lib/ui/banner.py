"""What every page says on top: play money, who carries runs out, and what keeps new ones away.

What is wrong is looked at again while it is shown, so that the banner goes by itself. Pages that
redraw a part of themselves call `is_stale` there, so that it also comes by itself.
"""

import streamlit as st

from lib.services.problems import Problem
from lib.ui import state, wiring

SANDBOX = (
    "**Sandbox**: synthetic pictures, play money. "
    "Set `RUNFLOW_API_KEY` and start again to use the real API."
)
READ_ONLY = (
    "Another Plantain works on this data folder and carries out its runs. "
    "This one shows its pages and can queue runs; it takes over by itself when the other one ends."
)
TITLE = "No new runs for now"
TICK_S = 2.0


def draw() -> None:
    """Draw what applies; nothing in the usual case of a real account."""
    services = wiring.services()
    if services.settings.uses_sandbox:
        st.caption(f":material/science: {SANDBOX}")
    problems = services.fitness.problems()
    state.note_fitness(_fitness(problems))
    if not services.executes and not problems:
        st.warning(READ_ONLY, icon=":material/info:")
    # The fragment stays when all is well, without its timer: a last tick may be on its way.
    st.fragment(_draw_problems, run_every=TICK_S if problems else None)()


def is_stale() -> bool:
    """Whether the banner that the page was drawn with no longer tells the truth."""
    return state.noted_fitness() not in (None, _fitness(wiring.services().fitness.problems()))


def _draw_problems() -> None:
    if is_stale():
        st.rerun()
    problems = wiring.services().fitness.problems()
    if not problems:
        return
    told = [f"{problem.what} {problem.remedy}" for problem in problems]
    st.error("\n\n".join([*told, problems[0].works]), title=TITLE, icon=":material/block:")
    for problem in problems:
        if problem.detail:
            # The system's own words, which can hold anything.
            st.text(problem.detail)


def _fitness(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    """What the whole page depends on; figures in the words of a problem are not in it."""
    role = "executes" if wiring.services().executes else "shows"
    return (role, *(problem.code for problem in problems))

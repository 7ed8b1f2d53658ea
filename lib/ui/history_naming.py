"""What saved searches and collections have in common: a box with a name, and who sees it.

The box closes when what was asked for is done; what is wrong with a name stands in it.
"""

from collections.abc import Callable

import streamlit as st

from lib.domain.errors import PlantainError
from lib.domain.organising import LONGEST_NAME, Sharing
from lib.ui import history_work
from lib.ui.refusal import draw_refusal

WORDS = {Sharing.PRIVATE: "Only me", Sharing.TEAM: "The team"}


def draw_fields(key: str, *, name: str = "", sharing: Sharing = Sharing.PRIVATE) -> None:
    """Draw the fields of one thing with a name."""
    st.text_input("Name", value=name, key=f"{key}_name", max_chars=LONGEST_NAME)
    st.segmented_control(
        "Who sees it",
        list(Sharing),
        default=sharing,
        key=f"{key}_sharing",
        required=True,
        format_func=WORDS.__getitem__,
    )


def draw_button(
    box: str, label: str, key: str, icon: str, does: Callable[..., None], *args: object
) -> None:
    """Draw one thing that can be done in the box."""
    st.button(label, key=f"{box}_{key}", icon=f":material/{icon}:", on_click=does, args=args)


def with_sharing(name: str, sharing: Sharing) -> str:
    """A name as choices show it: the team's are told from one's own."""
    return f"{name} · team" if sharing is Sharing.TEAM else name


def typed(key: str) -> tuple[str, Sharing]:
    """What stands in these fields."""
    return st.session_state[f"{key}_name"], Sharing(st.session_state[f"{key}_sharing"])


def attempt(box: str, work: Callable[[], history_work.Done]) -> None:
    """Do it and close the box; or say in it why it cannot be done."""
    try:
        done = work()
    except PlantainError as error:
        refuse(box, str(error))
    else:
        close(box)
        history_work.say(done)


def refuse(box: str, problem: str) -> None:
    """Have the box say what is wrong. It may quote what was typed."""
    st.session_state[f"{box}_problem"] = problem


def close(box: str) -> None:
    """Close the box."""
    st.session_state[box] = False


def draw_problem(box: str) -> None:
    """Draw what was wrong at the last click, once."""
    if problem := st.session_state.pop(f"{box}_problem", None):
        draw_refusal(problem)

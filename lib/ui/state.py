"""Every session-state key of our own, and the only code that reads or writes them.

The widgets' keys are not here: those of the form are the names of the model's input fields (public,
see the README), those of a run's card end in the run's id. A session is one browser tab; what must
outlive it is in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.domain.errors import FieldProblem

PAGE = "plantain_page"
"""The address of the page that was drawn last."""
UNREAD_LINK = "plantain_unread_link"
"""Whether the address has not been looked at since its page was opened."""
PENDING = "plantain_pending"
"""Values to be put into the form before it is drawn next."""
PROBLEMS = "plantain_problems"
"""What was wrong with the input at the last click on Generate."""
LINK_PROBLEMS = "plantain_link_problems"
"""What could not be taken from the link that the page was opened with."""
CLICK = "plantain_click"
"""The click token of the form and what was made with it."""
REUSED = "plantain_reused"
"""The run whose settings were put into the form last, until a run is made of them."""
CODE_REF = "plantain_code_ref"
"""The id in the Code view, and the input that it was minted for."""
KEPT_DRAFT = "plantain_kept_draft"
"""The values that were kept for a link last, and their draft's id."""
NOTICE = "plantain_notice"
"""One line to say at the next drawing."""
DELETED = "plantain_deleted"
"""The run deleted last, as long as undoing is offered."""
SHOWN = "plantain_shown"
"""How many runs are shown."""
WHOLE_PAGE = "plantain_whole_page"
"""Whether a card did something that the rest of the page has to show."""
SHOWN_PRICES = "plantain_shown_prices"
"""The version of the prices that the estimate was shown with last."""
FITNESS = "plantain_fitness"
"""What the page was last drawn with: who carries runs out, and what keeps new ones away."""

USED_AGAIN = "plantain_used_again"
"""The run that is used instead of a new one, until it is opened."""

BUDGET_PROBLEM = "plantain_budget_problem"
"""Why the last click on this page about budgets or approvals did nothing."""


@dataclass(frozen=True, slots=True)
class Click:
    """A click token, and what became of it.

    `made` is the run that it made and `fingerprint` the input of it; `seen_at_s` (monotonic) is
    when the page was first drawn to its end after that.
    """

    token: str
    fingerprint: str | None = None
    made: str | None = None
    seen_at_s: float | None = None


def shown_prices() -> str | None:
    """The version of the prices that the person has seen."""
    version: str | None = st.session_state.get(SHOWN_PRICES)
    return version


def set_shown_prices(version: str) -> None:
    """The estimate is drawn with these prices."""
    st.session_state[SHOWN_PRICES] = version


def turn_to(page: str) -> None:
    """Note which page is drawn; a page that has just been opened has a link to read."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        st.session_state[UNREAD_LINK] = True
        st.session_state.pop(BUDGET_PROBLEM, None)


def take_unread_link() -> bool:
    """Whether the address is to be read now. True once each time a page is opened."""
    return bool(st.session_state.pop(UNREAD_LINK, False))


def fill_form(values: Mapping[str, Any]) -> None:
    """Have `values` put into the form: fields that are not named keep what they have."""
    st.session_state[PENDING] = {**st.session_state.get(PENDING, {}), **values}


def take_pending() -> dict[str, Any]:
    """What is to be put into the form, once."""
    return dict(st.session_state.pop(PENDING, {}))


def problems() -> tuple[FieldProblem, ...]:
    """What the last click on Generate was refused for."""
    return tuple(st.session_state.get(PROBLEMS, ()))


def set_problems(found: tuple[FieldProblem, ...]) -> None:
    """Note, or with an empty tuple forget, why Generate was refused."""
    st.session_state[PROBLEMS] = found


def link_problems() -> tuple[str, ...]:
    """What could not be taken from the link."""
    return tuple(st.session_state.get(LINK_PROBLEMS, ()))


def set_link_problems(found: tuple[str, ...]) -> None:
    """Note, or with an empty tuple forget, what could not be taken from the link."""
    st.session_state[LINK_PROBLEMS] = found


def click() -> Click | None:
    """The form's click token, if one was minted."""
    found: Click | None = st.session_state.get(CLICK)
    return found


def set_click(value: Click) -> None:
    """Keep the form's click token."""
    st.session_state[CLICK] = value


def reused() -> str | None:
    """The run whose settings are in the form."""
    found: str | None = st.session_state.get(REUSED)
    return found


def set_reused(run_id: str | None) -> None:
    """Note, or with None forget, whose settings are in the form."""
    st.session_state[REUSED] = run_id


def set_used_again(run_id: str) -> None:
    """Have a run opened that is used instead of a new one."""
    st.session_state[USED_AGAIN] = run_id


def take_used_again() -> str | None:
    """The run that is to be opened, once."""
    found: str | None = st.session_state.pop(USED_AGAIN, None)
    return found


def code_ref() -> tuple[str, str] | None:
    """The input's fingerprint and the id that the Code view shows for it."""
    found: tuple[str, str] | None = st.session_state.get(CODE_REF)
    return found


def set_code_ref(fingerprint: str, ref: str) -> None:
    """Keep the id that the Code view shows for an input."""
    st.session_state[CODE_REF] = (fingerprint, ref)


def kept_draft() -> tuple[Mapping[str, Any], str] | None:
    """The values that were kept last, and their draft's id."""
    found: tuple[Mapping[str, Any], str] | None = st.session_state.get(KEPT_DRAFT)
    return found


def set_kept_draft(values: Mapping[str, Any], draft_id: str) -> None:
    """Remember under which id values were kept."""
    st.session_state[KEPT_DRAFT] = (values, draft_id)


def say(notice: str) -> None:
    """Have one line of our own words said at the next drawing. It is shown as Markdown."""
    st.session_state[NOTICE] = notice


def take_notice() -> str | None:
    """What is to be said now, once."""
    found: str | None = st.session_state.pop(NOTICE, None)
    return found


def deleted() -> str | None:
    """The run whose deletion can be undone."""
    found: str | None = st.session_state.get(DELETED)
    return found


def set_deleted(run_id: str | None) -> None:
    """Offer to undo a deletion, or with None do not any more."""
    st.session_state[DELETED] = run_id


def shown(at_least: int) -> int:
    """How many runs are shown."""
    return int(st.session_state.get(SHOWN, at_least))


def show(count: int) -> None:
    """Show this many runs from now on."""
    st.session_state[SHOWN] = count


def ask_for_whole_page() -> None:
    """A fragment cannot draw outside of itself: have the whole page drawn after its handler."""
    st.session_state[WHOLE_PAGE] = True


def take_whole_page() -> bool:
    """Whether the whole page was asked for, once."""
    return bool(st.session_state.pop(WHOLE_PAGE, False))


def note_fitness(codes: tuple[str, ...]) -> None:
    """Remember with what state of things the page is drawn."""
    st.session_state[FITNESS] = codes


def noted_fitness() -> tuple[str, ...] | None:
    """With what state of things the page was drawn."""
    found: tuple[str, ...] | None = st.session_state.get(FITNESS)
    return found


def budget_problem() -> str | None:
    """Why a budget was not set."""
    found: str | None = st.session_state.get(BUDGET_PROBLEM)
    return found


def set_budget_problem(problem: str | None) -> None:
    """Note, or with None forget, why a budget was not set."""
    st.session_state[BUDGET_PROBLEM] = problem

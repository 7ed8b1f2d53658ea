"""Setting budgets: a new one, another limit, an end. What is wrong is said, and nothing typed lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.domain.budget import Budget, BudgetWrong, Scope, Strength, Terms, Window
from lib.domain.errors import PlantainError
from lib.domain.labels import Labels
from lib.domain.money import micros_from_dollars
from lib.domain.organising import Sharing
from lib.ui import person, state, wiring
from lib.ui.budget_words import STRENGTHS
from lib.ui.money import plain

SCOPES = (Scope.TEAM, Scope.PERSON, Scope.TAG, Scope.COLLECTION)
STRENGTHS_OFFERED = (Strength.HARD, Strength.SOFT)
MADE = "The budget counts from now on."
CHANGED = "The budget is changed."
NONE_SHARED = "There is none that the team sees: History makes them"
UNCHANGED = "Nothing was changed."
ENDED = "The budget has ended. Its history stays."


def draw_new() -> None:
    """The form of a new budget."""
    with st.container(key="new_budget", gap="small"):
        left, right = st.columns(2)
        scope = left.selectbox(
            "Whose runs count", SCOPES, format_func=str.capitalize, key="budget_scope"
        )
        window = _draw_window(right)
        subject = _draw_subject(scope)
        first, last = _draw_days(window)
        left, right = st.columns(2)
        limit = left.text_input("Limit in dollars", key="budget_limit", placeholder="50.00")
        strength = right.selectbox(
            "When it is used up",
            STRENGTHS_OFFERED,
            format_func=lambda one: STRENGTHS[one].capitalize(),
            key="budget_strength",
        )
        st.button(
            "Make budget",
            key="budget_make",
            icon=":material/add:",
            on_click=_make,
            args=(scope, subject, window, first, last, limit, strength),
        )


def _draw_window(place: DeltaGenerator) -> Window:
    windows: tuple[Window, ...] = tuple(Window)
    return place.selectbox(
        "For each",
        windows,
        index=windows.index(Window.MONTH),
        format_func=_window_in_words,
        key="budget_window",
    )


def _draw_subject(scope: Scope) -> str:
    """Whose budget it is, where that has to be said: a name, or a collection's id."""
    if scope is Scope.PERSON:
        return st.text_input("Person", value=person.name(), key="budget_person").strip()
    if scope is Scope.TAG:
        return _draw_tag()
    return _draw_collection() if scope is Scope.COLLECTION else ""


def _draw_tag() -> str:
    chosen: str | None = st.selectbox(
        "Tag",
        wiring.services().labels.tags(),
        index=None,
        key="budget_tag",
        accept_new_options=True,
        placeholder="Choose or write one",
    )
    return chosen or ""


def _draw_collection() -> str:
    """Only the team's: what a budget is for is shown to everyone."""
    found = wiring.services().labels.collections(viewer=person.name())
    names = {one.id: one.name for one in found if one.sharing is Sharing.TEAM}
    chosen: int | None = st.selectbox(
        "Collection",
        list(names),
        index=None,
        key="budget_collection",
        format_func=lambda one: names.get(one, str(one)),
        placeholder="Choose one" if names else NONE_SHARED,
    )
    return "" if chosen is None else str(chosen)


def _draw_days(window: Window) -> tuple[date | None, date | None]:
    if window is not Window.ONCE:
        return None, None
    left, right = st.columns(2)
    with left:
        first = _draw_day("First day")
    with right:
        return first, _draw_day("Last day")


def _window_in_words(window: Window) -> str:
    return "time from … to …" if window is Window.ONCE else str(window)


def _draw_day(label: str) -> date | None:
    key = f"budget_{label.lower().replace(' ', '_')}"
    found: object = st.date_input(label, value="today", key=key)
    return found if isinstance(found, date) else None


def draw_change(budget: Budget) -> None:
    """Another limit, or an end, for a budget."""
    terms, key = budget.terms, f"budget_{budget.id}"
    left, right = st.columns(2)
    limit = left.text_input("Limit in dollars", value=plain(terms.limit_micros), key=f"{key}_limit")
    strength = right.selectbox(
        "When it is used up",
        STRENGTHS_OFFERED,
        index=STRENGTHS_OFFERED.index(terms.strength),
        format_func=lambda one: STRENGTHS[one].capitalize(),
        key=f"{key}_strength",
    )
    with st.container(horizontal=True):
        st.button(
            "Change",
            key=f"{key}_change",
            icon=":material/edit:",
            on_click=_change,
            args=(budget.id, limit, strength),
        )
        st.button(
            "End this budget",
            key=f"{key}_end",
            icon=":material/event_busy:",
            on_click=_end,
            args=(budget.id,),
        )


# -- what the buttons do -------------------------------------------------------------------------


def _make(
    scope: Scope,
    subject: str,
    window: Window,
    first: date | None,
    last: date | None,
    limit: str,
    strength: Strength,
) -> None:
    def make() -> str:
        budgets = wiring.services().budgets
        amount = micros_typed(limit)
        terms = Terms(
            *(scope, _subject_id(scope, subject), window, amount, strength, budgets.zone),
            first,
            last,
        )
        budgets.make(terms, by=person.name())
        return MADE

    _attempt(make)


def _subject_id(scope: Scope, subject: str) -> str:
    """A tag is typed by its name, and made when it is new. Raises NameUnusable."""
    if scope is not Scope.TAG or not subject:
        return subject
    ids = wiring.services().labels.ids(Labels(tags=(subject,)), by=person.name())
    return str(ids.tag_ids[0])


def _change(budget_id: int, limit: str, strength: Strength) -> None:
    def change() -> str:
        done = wiring.services().budgets.change(
            budget_id, limit_micros=micros_typed(limit), strength=strength, by=person.name()
        )
        return CHANGED if done else UNCHANGED

    _attempt(change)


def _end(budget_id: int) -> None:
    def end() -> str:
        done = wiring.services().budgets.end(budget_id, by=person.name())
        return ENDED if done else UNCHANGED

    _attempt(end)


def _attempt(act: Callable[[], str]) -> Any:
    try:
        said = act()
    except PlantainError as error:
        return state.set_budget_problem(str(error))
    state.set_budget_problem(None)
    return state.say(said)


def micros_typed(dollars: str) -> int:
    """The amount that someone typed in dollars, in micro-dollars. Raises BudgetWrong."""
    try:
        return micros_from_dollars(dollars.strip().removeprefix("$").replace(",", ""))
    except ValueError as error:
        raise BudgetWrong(f"limit: give an amount such as 50 or 12.50, not {dollars!r}.") from error

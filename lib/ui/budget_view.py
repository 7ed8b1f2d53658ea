"""Budgets as Settings shows them: what each holds, since when and for whom, and what was changed."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.budget import BudgetChange, BudgetUse, Hold
from lib.services.owners import is_owner
from lib.ui import address, budget_words, money, person, state, times, wiring
from lib.ui.approval_threshold import draw_threshold
from lib.ui.budget_form import draw_change, draw_new
from lib.ui.refusal import draw_refusal

EXPLAINED = (
    "A run counts in the window of its click: with its estimate while it is open or in doubt, "
    "with its cost from then on. What does not fit into every hard budget is not sent."
)
NONE_YET = "There is no budget yet: runs are limited by the account's balance alone."
NOTHING_HELD = "Nothing is held: every run of this window has its cost."
OWNERS_ONLY = "Budgets are set by owners."
CHANGES_SHOWN = 50
RIGHT = ("Limit", "Spent", "Held", "In doubt", "Left", "Amount")


def draw(services: Services) -> None:
    """Draw all budgets, the one that is chosen closely, a new one's form and the history."""
    st.caption(EXPLAINED)
    uses = services.budgets.all_uses()
    if uses:
        _draw_table(budgets_table(uses))
        _draw_closely(services, uses)
    else:
        st.caption(NONE_YET)
    problem = state.budget_problem()
    if problem:
        draw_refusal(problem)
    if not is_owner(person.name()):
        st.caption(OWNERS_ONLY)
        return
    with st.expander("New budget", icon=":material/add:", key="budget_new"):
        draw_new()
    draw_threshold(services)
    _draw_history(services)


def _draw_closely(services: Services, uses: Sequence[BudgetUse]) -> None:
    with st.expander("Change a budget, or see what it holds", icon=":material/tune:"):
        titles = {use.budget.id: budget_words.title(use.budget) for use in uses}
        by_id = {use.budget.id: use for use in uses}
        chosen = st.selectbox(
            "Budget", tuple(by_id), format_func=lambda one: titles[one], key="budget_chosen"
        )
        use = by_id[chosen]
        if is_owner(person.name()):
            draw_change(use.budget)
        holds = services.budgets.holds(use.budget, use.span)
        if not holds:
            st.caption(NOTHING_HELD)
            return
        now = wiring.clock().now_ms()
        _draw_table(holds_table(holds, now, f"{address.base()}history?run="))


def _draw_history(services: Services) -> None:
    changes = services.budgets.history(CHANGES_SHOWN)
    if not changes:
        return
    with st.expander("History of budgets", icon=":material/history:", key="budget_history"):
        _draw_table(history_table(changes, services))


def budgets_table(uses: Sequence[BudgetUse]) -> pd.DataFrame:
    """A line a budget: its terms, and what its window holds now."""
    rows = [
        {
            "Budget": budget_words.title(use.budget),
            "When used up": budget_words.STRENGTHS[use.budget.terms.strength],
            "Limit": money.price(use.budget.terms.limit_micros),
            "Spent": money.price(use.spent_micros),
            "Held": money.price(use.held_micros),
            "In doubt": money.price(use.in_doubt_micros),
            "Left": money.price(use.left_micros),
            "Until": budget_words.until(use),
        }
        for use in uses
    ]
    return pd.DataFrame(rows)


def holds_table(holds: Sequence[Hold], now_ms: int, link: str) -> pd.DataFrame:
    """A line for each run whose estimate is held: how much, since when, whose, and the way there."""
    rows = [
        {
            "Amount": money.price(hold.amount_micros),
            "Since": times.ago(hold.created_at, now_ms),
            "Person": hold.created_by,
            "State": f"{hold.state}, in doubt" if hold.state.is_terminal else str(hold.state),
            "Run": f"{link}{hold.run_id}",
        }
        for hold in holds
    ]
    return pd.DataFrame(rows)


def history_table(changes: Sequence[BudgetChange], services: Services) -> pd.DataFrame:
    """What was done, by whom, and to what the budget was set."""
    zone = services.settings.zone
    rows = [
        {
            "At": times.exact(change.at, zone),
            "By": change.by,
            "Done": str(change.kind),
            "Budget": budget_words.title(change.budget),
            "Limit": money.price(change.limit_micros),
            "When used up": budget_words.STRENGTHS[change.strength],
        }
        for change in changes
    ]
    return pd.DataFrame(rows)


def _draw_table(table: pd.DataFrame) -> None:
    right = st.column_config.TextColumn(alignment="right")
    run = st.column_config.LinkColumn(display_text=r"run=(.+)$", width=300)
    columns = dict.fromkeys(RIGHT, right) | {"Run": run}
    shown = {name: column for name, column in columns.items() if name in table}
    st.dataframe(table, hide_index=True, height="content", column_config=shown)

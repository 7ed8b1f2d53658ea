"""What budgets leave for the form's run: said before the click, with what would fit instead."""

import streamlit as st

from lib.domain.budget import BudgetUse
from lib.domain.errors import PriceUnknown
from lib.domain.fitting import Smaller
from lib.domain.model import Model
from lib.services.budgets import Outlook
from lib.ui import budget_words, form_labels, form_values, person, state, wiring
from lib.ui.plain import dollars
from lib.ui.refusal import draw_refusal

NOTHING_FITS = "No picture of any size fits: wait, or have the budget raised in Settings."
ONLY_WARNS = "This budget only warns."
KEY = "budget"


def draw_budget(model: Model) -> None:
    """Draw what is left beside the estimate; nothing where there are no budgets."""
    services, values = wiring.services(), form_values.read(model)
    try:
        amount = services.runs.estimate(model, values).total_micros
    except PriceUnknown:
        return
    labels = services.labels.known(form_labels.read())
    outlook = services.budgets.outlook(amount, person=person.name(), labels=labels)
    if not outlook.uses:
        return
    with st.container(gap="xxsmall", key=KEY):
        draw_left(outlook)
        for use in outlook.warned:
            draw_warning(use, amount)
        if outlook.refused:
            _draw_refused(model, outlook)


def draw_left(outlook: Outlook) -> None:
    """Draw what each budget has left."""
    told = {use: f"{budget_words.owner_of(use)}: {budget_words.left(use)}" for use in outlook.uses}
    ours = [words for use, words in told.items() if not budget_words.has_a_name(use)]
    st.caption(dollars("  \n".join(["Left in budgets", *ours])))
    for use, words in told.items():
        if budget_words.has_a_name(use):
            st.text(words)


def draw_warning(use: BudgetUse, amount: int) -> None:
    """Draw that a budget which only warns is too small for an amount, micro-dollars."""
    words = f"{budget_words.too_small(use, amount)} {ONLY_WARNS}"
    if not budget_words.has_a_name(use):
        st.caption(dollars(f":orange[:material/warning:] {words}"))
        return
    with st.container(horizontal=True, gap="xsmall", wrap=False):
        st.markdown(":orange[:material/warning:]", width="content")
        st.text(words, width="stretch")


def _draw_refused(model: Model, outlook: Outlook) -> None:
    """Why a click would be refused, and one button for each request that fits."""
    for use in outlook.refused:
        draw_refusal(budget_words.too_small(use, outlook.amount_micros))
    fitting = wiring.services().budgets.smaller(
        model, form_values.read(model), outlook.left_micros or 0
    )
    if not fitting:
        st.caption(NOTHING_FITS)
        return
    st.caption("Fits:")
    with st.container(horizontal=True, gap="xsmall"):
        for one in fitting:
            _draw_offer(one)


def _draw_offer(one: Smaller) -> None:
    st.button(
        dollars(budget_words.smaller(one)),
        key=f"{KEY}_{one.size}",
        icon=":material/compress:",
        on_click=_apply,
        args=(one,),
    )


def _apply(one: Smaller) -> None:
    """Put the request that fits into the form; all else in it stays."""
    state.fill_form(one.changes)
    state.set_problems(())

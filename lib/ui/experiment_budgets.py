"""What budgets leave for a design: said before its start, with the smaller designs that fit."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_fitting import SmallerDesign
from lib.services.experiments.planning import Plan
from lib.ui import budget_words, experiment_state, form_labels, money, person
from lib.ui.budget_line import draw_left, draw_warning
from lib.ui.cost_figures import counted
from lib.ui.plain import dollars
from lib.ui.refusal import draw_refusal

NOTHING_FITS = "No smaller one fits: wait, or have the budget raised in Settings."


def draw(services: Services, plan: Plan) -> None:
    """Draw what is left, those of the chosen tags and collection included."""
    labels = services.labels.known(form_labels.read())
    outlook = services.budgets.outlook(plan.total_micros, person=person.name(), labels=labels)
    if outlook.uses:
        draw_left(outlook)
    for use in outlook.warned:
        draw_warning(use, plan.total_micros)
    for use in outlook.refused:
        draw_refusal(budget_words.too_small(use, plan.total_micros))
    if outlook.refused:
        _draw_smaller(services.experiments.smaller(plan.design, outlook.left_micros or 0))


def _draw_smaller(fitting: list[SmallerDesign]) -> None:
    if not fitting:
        st.caption(NOTHING_FITS)
        return
    st.caption("Fits:")
    for number, one in enumerate(fitting):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            label = f"{counted(one.cells, 'cell')}, {money.price(one.total_micros)}"
            st.button(
                dollars(label),
                key=f"experiment_fits_{number}",
                icon=":material/compress:",
                on_click=experiment_state.load,
                args=(one.design,),
            )
            st.text(one.cut)

"""Setting the price above which an owner has to accept a request."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.ui import money, person, state, wiring
from lib.ui.budget_form import micros_typed
from lib.ui.plain import dollars

KEY = "ask_above"
EXPLAINED = "A dearer request becomes a link, and is sent once an owner accepts it."
SET = "It holds from now on."


def draw_threshold(services: Services) -> None:
    """Draw what is set, and the field that changes it."""
    threshold = services.approvals.threshold()
    now = "never" if threshold is None else f"above {money.price(threshold)}"
    with st.expander(dollars(f"Ask an owner: {now}"), icon=":material/approval:", key="ask_owner"):
        st.caption(EXPLAINED)
        typed = st.text_input(
            "Above how many dollars a request",
            value="" if threshold is None else money.plain(threshold),
            placeholder="Empty: never",
            key=KEY,
        )
        st.button("Set", key=f"{KEY}_set", icon=":material/check:", on_click=_set, args=(typed,))


def _set(typed: str) -> None:
    try:
        threshold = micros_typed(typed) if typed.strip() else None
        wiring.services().approvals.set_threshold(threshold, by=person.name())
    except PlantainError as error:
        return state.set_budget_problem(str(error))
    state.set_budget_problem(None)
    return state.say(SET)

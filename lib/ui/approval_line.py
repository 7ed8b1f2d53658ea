"""Approval on Generate: that a click will ask an owner, and the link of what was asked for."""

import streamlit as st

from lib.domain.errors import PriceUnknown
from lib.domain.model import Model
from lib.ui import form_values, money, person, wiring
from lib.ui.approval_parts import SHOWN, draw_waiting
from lib.ui.plain import dollars, excerpt

WILL_ASK = "costs more than may be sent without an owner: Generate asks one, and sends nothing yet."
ASKED = "An owner is asked. Nothing was sent yet."


def draw_approval(model: Model) -> None:
    """Draw what a click would lead to, and this person's requests that wait."""
    approvals = wiring.services().approvals
    amount = _amount(model)
    if amount is not None and approvals.is_needed(amount):
        st.caption(dollars(f":material/approval: {money.price(amount)} {WILL_ASK}"))
    mine = [one for one in approvals.waiting() if one.asked_by == person.name()]
    for one in mine[-SHOWN:]:
        draw_waiting(one.id, excerpt(str(one.input.get("prompt", "")), 80), key=f"asked_{one.id}")


def _amount(model: Model) -> int | None:
    try:
        return wiring.services().runs.estimate(model, form_values.read(model)).total_micros
    except PriceUnknown:
        return None

"""Approval on Generate: that a click will ask an owner, and the link of what was asked for."""

import streamlit as st

from lib.domain.errors import PriceUnknown
from lib.domain.model import Model
from lib.ui import address, form_values, money, person, wiring
from lib.ui.approval_view import REQUEST
from lib.ui.form_link import address_of
from lib.ui.page_files import APPROVALS
from lib.ui.plain import dollars, excerpt

WILL_ASK = "costs more than may be sent without an owner: Generate asks one, and sends nothing yet."
WAITING = "Waits for an owner. Send the link to one:"
ASKED = "An owner is asked. Nothing was sent yet."
SHOWN = 3


def draw_approval(model: Model) -> None:
    """Draw what a click would lead to, and this person's requests that wait."""
    approvals = wiring.services().approvals
    amount = _amount(model)
    if amount is not None and approvals.is_needed(amount):
        st.caption(dollars(f":material/approval: {money.price(amount)} {WILL_ASK}"))
    mine = [one for one in approvals.waiting() if one.asked_by == person.name()]
    for one in mine[-SHOWN:]:
        with st.container(border=True, gap="xxsmall", key=f"asked_{one.id}"):
            st.text(excerpt(str(one.input.get("prompt", "")), 80))
            st.caption(WAITING)
            link = address_of(f"{address.base()}approvals", {REQUEST: one.id})
            st.code(link, language=None, wrap_lines=True)
            st.page_link(
                APPROVALS,
                label="Open it",
                icon=":material/approval:",
                query_params={REQUEST: one.id},
            )


def _amount(model: Model) -> int | None:
    try:
        return wiring.services().runs.estimate(model, form_values.read(model)).total_micros
    except PriceUnknown:
        return None

"""What the form's run would cost, part by part."""

import streamlit as st

from lib.domain.errors import PriceUnknown
from lib.domain.model import Model
from lib.domain.prices import Estimate, EstimateLine
from lib.ui import form_values, state, wiring
from lib.ui.money import price
from lib.ui.plain import dollars
from lib.ui.price_notes import ASSUMED, ASSUMED_MEANS
from lib.ui.refusal import draw_refusal

MORE_MAY_COME = (
    "With Limit generations off more pictures than asked for may come, and each one costs."
)


def draw_estimate(model: Model) -> None:
    """Draw the total with its parts, or why there is no price."""
    values = form_values.read(model)
    try:
        estimate = wiring.services().runs.estimate(model, values)
    except PriceUnknown as error:
        draw_refusal(str(error))
        return
    state.set_shown_prices(estimate.version_id)
    with st.container(gap="xxsmall", key="estimate"):
        _draw_total(estimate)
        st.caption(dollars("  \n".join(line_text(line) for line in estimate.lines)))
    if values.get("limit_generations") is False:
        st.caption(f":material/info: {MORE_MAY_COME}")


def _draw_total(estimate: Estimate) -> None:
    mark = ASSUMED if estimate.is_assumed else ""
    st.markdown(
        dollars(f"Estimate **{mark}{price(estimate.total_micros)}**"),
        help=ASSUMED_MEANS if estimate.is_assumed else None,
    )


def line_text(line: EstimateLine) -> str:
    """One part: what, how many times which price, and how that price is known."""
    amount = f"{line.label} {line.quantity} × {price(line.unit_micros)}"
    total = f" = {price(line.amount_micros)}" if line.quantity > 1 else ""
    return f"{amount}{total}{_known_by(line)}"


def _known_by(line: EstimateLine) -> str:
    if line.confirmed_by:
        return f" (confirmed by {line.confirmed_by} runs)"
    return " (assumed)" if line.assumed else ""

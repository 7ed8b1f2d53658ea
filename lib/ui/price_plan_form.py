"""The form for prices that are yet to come: rehearsed against real runs, then entered."""

from datetime import date

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.days import start_ms
from lib.domain.money import dollars_from_micros, micros_from_dollars
from lib.domain.price_plan import Planned, PricesUnusable, Rehearsal
from lib.domain.prices import BookEntry, Price, PriceVersion
from lib.services.pricing import REHEARSED_DAYS
from lib.ui import money, person, state
from lib.ui.plain import dollars
from lib.ui.refusal import draw_refusal

SOURCE, FROM = "new_prices_source", "new_prices_from"
REHEARSE, ENTER = "rehearse_prices", "enter_prices"
ENTERED = "The prices are in the book."
WITHDRAWN = "The prices are withdrawn."
TOO_LATE = "These prices are in effect already, or withdrawn."


def draw(services: Services, prices: PriceVersion) -> None:
    """Draw the form, put away, and what came of it."""
    with st.expander("Change the prices", icon=":material/edit:", key="change_prices"):
        with st.form("new_prices", border=False):
            with st.grid(3, min_column_width=260):
                for price in prices.priced():
                    _draw_price(price)
            st.text_input("Source", key=SOURCE, placeholder="Where these prices stand")
            st.date_input(
                "From",
                value=None,
                key=FROM,
                help=f"Midnight in {services.pricing.zone.key}. Empty: from now on.",
            )
            with st.container(horizontal=True):
                rehearse = st.form_submit_button(
                    "Rehearse", key=REHEARSE, icon=":material/science:"
                )
                enter = st.form_submit_button("Enter", key=ENTER, icon=":material/check:")
        if rehearse or enter:
            _answer(services, prices, is_final=enter)


def draw_withdrawal(services: Services, coming: BookEntry) -> None:
    """The way back, as long as the prices are not in effect."""

    def withdraw() -> None:
        done = services.pricing.withdraw(coming.version.id, by=person.name())
        state.say(WITHDRAWN if done else TOO_LATE)

    st.button(
        f"Withdraw {coming.version.id}",
        key=f"withdraw_{coming.version.id}",
        icon=":material/undo:",
        on_click=withdraw,
    )


def price_key(sku: str) -> str:
    """The key of the field with a SKU's price."""
    return f"new_price_{sku}"


def assumed_key(sku: str) -> str:
    """The key of the mark that a SKU's price is assumed."""
    return f"new_assumed_{sku}"


def _draw_price(price: Price) -> None:
    sku = price.sku or ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            f"{price.label}, dollars a picture",
            value=f"{dollars_from_micros(price.unit_micros):f}",
            key=price_key(sku),
        )
        st.checkbox("assumed", value=price.assumed, key=assumed_key(sku), width=110)


def _answer(services: Services, prices: PriceVersion, *, is_final: bool) -> None:
    try:
        planned = _read(services, prices)
        if is_final:
            services.pricing.enter(planned, by=person.name())
            state.say(ENTERED)
            st.rerun()
        _draw_rehearsal(services.pricing.rehearse(planned))
    except PricesUnusable as error:
        draw_refusal(str(error))


def _read(services: Services, prices: PriceVersion) -> Planned:
    units, session = {}, st.session_state
    for price in prices.priced():
        try:
            units[price.sku or ""] = micros_from_dollars(session[price_key(price.sku or "")])
        except ValueError as error:
            raise PricesUnusable(f"{price.label}: write dollars, such as 0.08.") from error
    skus = {price.sku for price in prices.priced() if price.sku}
    first: date | None = session[FROM]
    return Planned(
        model_id=prices.model_id,
        unit_micros=units,
        assumed=frozenset(sku for sku in skus if session[assumed_key(sku)]),
        source=session[SOURCE],
        effective_from=None if first is None else start_ms(first, services.pricing.zone),
    )


def _draw_rehearsal(found: Rehearsal) -> None:
    difference = found.would_micros - found.was_micros
    st.markdown(
        dollars(
            f"The last {REHEARSED_DAYS} days cost {money.price(found.was_micros)}. Under these "
            f"prices they would have cost **{money.price(found.would_micros)}** "
            f"({money.signed(difference)})."
        )
    )
    right = st.column_config.TextColumn(alignment="right")
    st.dataframe(
        rehearsal_table(found),
        hide_index=True,
        height="content",
        column_config=dict.fromkeys(("Quantity", "Was", "Would be", "Difference"), right),
        alt="What real runs would have cost",
    )


def rehearsal_table(found: Rehearsal) -> pd.DataFrame:
    """Each SKU that was charged, again under the new prices."""
    rows = [
        (
            line.label,
            f"{line.quantity:,}",
            money.price(line.was_micros),
            money.price(line.would_micros),
            money.signed(line.would_micros - line.was_micros),
        )
        for line in found.lines
    ]
    if found.other_micros:
        same = money.price(found.other_micros)
        rows.append(("Not by the book", "", same, same, money.signed(0)))
    names = ["Part", "Quantity", "Was", "Would be", "Difference"]
    return pd.DataFrame(rows, columns=names, dtype="str")

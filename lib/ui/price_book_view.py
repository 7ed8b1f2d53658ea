"""The price book: the prices in effect, how each is known, and what was and will be."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.price_book import SHIPPED
from lib.domain.price_lessons import ENOUGH_RUNS
from lib.domain.price_rules import PriceCheck, PriceDifference, spelt
from lib.domain.prices import BookEntry, Price, PriceVersion
from lib.services.owners import is_owner
from lib.ui import drift_view, money, person, price_plan_form, settings_facts, times

RULES_DIFFER = (
    "The API lists other prices than the price book. Nothing was changed: "
    "look at them, and enter what is right."
)
VENDOR, ENTERED = "from the vendor's page", "as entered"


def draw(services: Services) -> None:
    """Draw the prices in effect, then all versions, and the form for an owner."""
    pricing = services.pricing
    entries, now = pricing.entries(), pricing.now_ms()
    prices = pricing.current(DEFAULT_MODEL.id)
    entry = next(known for known in entries if known.version.id == prices.id)
    drift_view.draw(services, pricing.drifts())
    settings_facts.draw(_facts(prices, entry, pricing.zone))
    _draw_table(price_table(prices, is_shipped=entry.entered_by == SHIPPED), "Prices in effect")
    _draw_check(pricing.last_check(prices.model_id), pricing.zone)
    if any(price.assumed for price in prices.priced()):
        st.caption(
            f"An assumed price counts as confirmed once the last {ENOUGH_RUNS} runs with it, of a "
            "real account, cost exactly what it says."
        )
    if len(entries) > 1:
        st.caption("All versions, the newest first")
        _draw_table(versions_table(entries, pricing.zone, now), "Versions")
        for coming in entries:
            if (
                coming.effective_from > now
                and coming.withdrawn_at is None
                and is_owner(person.name())
            ):
                price_plan_form.draw_withdrawal(services, coming)
    if is_owner(person.name()):
        price_plan_form.draw(services, prices)


def _draw_check(check: PriceCheck | None, zone: ZoneInfo) -> None:
    """What the API's own rules say, which nothing follows from by itself."""
    if check is None:
        return
    when = times.exact(check.at, zone)
    if check.problem is not None:
        st.caption(f"The API's own price rules could not be compared ({when}):")
        st.text(check.problem)
    elif not check.differences:
        st.caption(f"The API's own price rules say the same ({when}).")
    else:
        st.warning(RULES_DIFFER, icon=":material/rule:")
        _draw_table(differences_table(check.differences), "The API's price rules")


def differences_table(differences: Sequence[PriceDifference]) -> pd.DataFrame:
    """Each price that the API's rules have otherwise."""
    rows = [
        (one.what, money.price(one.book_micros), money.price(one.api_micros)) for one in differences
    ]
    return pd.DataFrame(rows, columns=["Part", "Price book", "API's rules"], dtype="str")


def _facts(prices: PriceVersion, entry: BookEntry, zone: ZoneInfo) -> dict[str, str]:
    facts = {
        "Model": prices.model_id,
        "Version": prices.id,
        "From": times.exact(entry.effective_from, zone),
        "Source": prices.source,
        "Entered by": f"{entry.entered_by}, seen {times.exact(entry.seen_at, zone)}",
    }
    if entry.effective_to is not None:
        facts["Until"] = times.exact(entry.effective_to, zone)
    return facts


def price_table(prices: PriceVersion, *, is_shipped: bool = True) -> pd.DataFrame:
    """Every price for one picture, and how it is known."""
    rows = [
        (
            price.label,
            field,
            spelt(value),
            money.price(price.unit_micros),
            known_by(price, VENDOR if is_shipped else ENTERED),
        )
        for field, choices in prices.choices.items()
        for value, price in choices.items()
        if price.sku
    ]
    return pd.DataFrame(rows, columns=["Part", "Field", "Value", "A picture", "Known"])


def known_by(price: Price, told: str) -> str:
    """How a price is known: assumed, confirmed by runs, or `told`."""
    if price.confirmed_by:
        return f"confirmed by the last {price.confirmed_by} runs"
    return "assumed, until real costs confirm it" if price.assumed else told


def versions_table(entries: Sequence[BookEntry], zone: ZoneInfo, now: int) -> pd.DataFrame:
    """Every version there ever was, the newest first."""
    rows = [
        (
            entry.version.id,
            _standing(entry, now),
            times.exact(entry.effective_from, zone),
            "" if entry.effective_to is None else times.exact(entry.effective_to, zone),
            _amounts(entry.version),
            entry.version.source,
            entry.entered_by,
        )
        for entry in entries
    ]
    names = ["Version", "Standing", "From", "Until", "Prices", "Source", "Entered by"]
    return pd.DataFrame(rows, columns=names, dtype="str")


def _standing(entry: BookEntry, now: int) -> str:
    if entry.withdrawn_at is not None:
        return "withdrawn"
    if entry.effective_from > now:
        return "yet to come"
    return "over" if entry.effective_to is not None and entry.effective_to <= now else "in effect"


def _amounts(version: PriceVersion) -> str:
    return ", ".join(
        f"{price.label} {money.price(price.unit_micros)}" for price in version.priced()
    )


def _draw_table(table: pd.DataFrame, alt: str) -> None:
    right = st.column_config.TextColumn(alignment="right")
    config = dict.fromkeys(("A picture", "Price book", "API's rules"), right)
    st.dataframe(table, hide_index=True, height="content", column_config=config, alt=alt)

"""What this Plantain is made of and set to: its folder, versions, settings and prices."""

import pandas as pd
import streamlit as st
from pydantic import SecretStr

from lib.domain.price_book import PRICE_BOOK
from lib.domain.prices import PriceVersion
from lib.services.installation import origin_of, versions
from lib.services.storage import Storage
from lib.settings import Settings
from lib.ui import money, settings_facts
from lib.ui.sizes import in_words


def draw_storage(storage: Storage) -> None:
    """Where everything lies, and how much room it takes."""
    settings_facts.draw(
        {
            "Folder": str(storage.folder),
            "Pictures": f"{storage.pictures:,}, {in_words(storage.picture_bytes)}",
            "Thumbnails": in_words(storage.thumbnail_bytes),
            "Database": in_words(storage.database_bytes),
            "Free on this disk": in_words(storage.free_bytes),
        }
    )


def draw_versions() -> None:
    """What runs here, for a report of a fault."""
    settings_facts.draw(versions())


def draw_settings(settings: Settings) -> None:
    """Every setting, its value and where it comes from; of a secret only that it is there."""
    rows = [
        (name.upper(), _value(settings, name), origin_of(settings, name), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    _draw_table(pd.DataFrame(rows, columns=["Setting", "Value", "From", "What it is for"]))


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None:
        return "not set"
    return "set" if isinstance(value, SecretStr) else str(value)


def draw_prices() -> None:
    """The price book, newest first."""
    for prices in reversed(PRICE_BOOK):
        settings_facts.draw(
            {
                "Model": prices.model_id,
                "Version": prices.id,
                "From": prices.effective_from,
                "Source": prices.source,
            }
        )
        _draw_table(price_table(prices))


def price_table(prices: PriceVersion) -> pd.DataFrame:
    """Every price for one picture, and whether the vendor's page names it."""
    rows = [
        (price.label, field, str(value), money.price(price.unit_micros), _mark(price.assumed))
        for field, choices in prices.choices.items()
        for value, price in choices.items()
        if price.sku
    ]
    return pd.DataFrame(rows, columns=["Part", "Field", "Value", "A picture", "Known"])


def _mark(assumed: bool) -> str:
    return "assumed, until real costs confirm it" if assumed else "from the vendor's page"


def _draw_table(table: pd.DataFrame) -> None:
    right = st.column_config.TextColumn(alignment="right")
    st.dataframe(table, hide_index=True, height="content", column_config={"A picture": right})

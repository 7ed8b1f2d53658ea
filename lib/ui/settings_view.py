"""What this Plantain is made of and set to: its folder, versions and settings."""

import pandas as pd
import streamlit as st
from pydantic import SecretStr

from lib.services.installation import origin_of, versions
from lib.services.storage import Storage
from lib.settings import Settings
from lib.ui import settings_facts
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


def _draw_table(table: pd.DataFrame) -> None:
    st.dataframe(table, hide_index=True, height="content")

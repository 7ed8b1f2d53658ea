"""Links to files that are made when the browser fetches them."""

from collections.abc import Callable, Mapping

import streamlit as st

from lib.services.taking_away.prepared import Form
from lib.ui import address, take_away_progress

Offered = Mapping[Form, tuple[str, str, str]]
"""Each form with its label, its icon, and what it is good for."""


def draw(offered: Offered, key: str, order: Callable[[Form], str]) -> None:
    """A link to each form; `order` gives the token under which its file can be fetched."""
    for form, (label, icon, help_) in offered.items():
        token = order(form)
        st.link_button(
            label,
            f"{address.base()}take-away/{token}",
            key=f"{key}_{form}",
            icon=icon,
            help=help_,
            width="stretch",
            on_click=take_away_progress.watch,
            args=(token, label),
        )

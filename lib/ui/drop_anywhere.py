"""Lets files be dropped anywhere on the page: they come to the box for them, which opens."""

from functools import cache
from typing import Any

import streamlit as st

from lib.ui.browser.source import SHARED, source


def draw() -> None:
    """Draw what nobody sees: it listens while the page is open."""
    with st.container(key="drop_anywhere", height=1, border=False):
        _component()(key="drop_anywhere_listener", height=1)


@cache
def _component() -> Any:
    return st.components.v2.component("plantain_drop", js=source(SHARED, "drop.js"))

"""Draws the grid. What was done in it comes as from a gallery."""

from collections.abc import Collection
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from lib.ui.browser import post
from lib.ui.browser.source import source
from lib.ui.matrix.sheet import Sheet, as_json

HERE = Path(__file__).parent
ACTIONS = ("open", "favourite", "rate", "select", "compare", "zoom")
OF_THE_GALLERY = (
    *("marks.js", "items.js", "tiles.js", "selection.js", "focus.js", "actions.js"),
    *("keyboard.js", "pointer.js", "keys_help.js"),
)
SCRIPTS = (
    "outbox.js",
    *(f"../gallery/{name}" for name in OF_THE_GALLERY),
    *("cells.js", "measures.js", "heads.js", "window.js", "moving.js", "zooming.js", "matrix.js"),
)
STYLES = (
    "plain.css",
    *(f"../gallery/{name}.css" for name in ("gallery", "tiles", "marks", "keys_help")),
    "matrix.css",
)


def draw(sheet: Sheet, *, key: str, selected: Collection[str] = (), label: str = "Cells") -> None:
    """Draw a page of cells. `selected` are the ids of those that are selected, on all pages."""
    data = {
        **as_json(sheet),
        "selected": list(selected),
        "actions": list(ACTIONS),
        "label": label,
        "taken": post.taken(key),
    }
    _component()(key=key, data=data, on_did_change=partial(post.receive, key))


@cache
def _component() -> Any:
    return st.components.v2.component(
        "plantain_matrix",
        html=source(HERE, "matrix.html"),
        css=source(HERE, *STYLES),
        js=source(HERE, *SCRIPTS),
    )

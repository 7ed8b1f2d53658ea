"""Draws the comparison. Nothing that is done in it is of any consequence: it sends nothing back."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from lib.ui.browser.source import one_of, source
from lib.ui.viewer.pictures import ViewerPicture, as_json

Mode = Literal["side", "slider", "flicker"]
MODES: tuple[Mode, ...] = ("side", "slider", "flicker")
FEWEST = 2
MOST = 4

HERE = Path(__file__).parent
SCRIPTS = (
    *("zoom.js", "zoom_gestures.js", "picture.js"),
    *("modes.js", "compare_keys.js", "compare.js"),
)
STYLES = ("plain.css", "zoom.css", "compare.css")


def draw(
    pictures: Sequence[ViewerPicture], *, key: str, mode: Mode = "side", height: int = 600
) -> None:
    """Draw two to four pictures, zoomed and moved together, in a box of so many CSS pixels.

    `mode` is the one that it begins with. Raises ValueError for another number of pictures, and
    for a mode that there is not.
    """
    if not FEWEST <= len(pictures) <= MOST:
        raise ValueError(f"pictures must be {FEWEST} to {MOST}: {len(pictures)}")
    data = {
        "pictures": [as_json(picture) for picture in pictures],
        "mode": one_of("mode", mode, MODES),
        "height": height,
    }
    _component()(key=key, data=data)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "plantain_compare",
        html=source(HERE, "compare.html"),
        css=source(HERE, *STYLES),
        js=source(HERE, *SCRIPTS),
    )

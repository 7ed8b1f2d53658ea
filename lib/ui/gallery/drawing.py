"""Draws the gallery, and hands over what was done in it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from lib.ui.browser import post
from lib.ui.browser.source import one_of, source
from lib.ui.gallery.events import GalleryEvents, summed_up
from lib.ui.gallery.items import GalleryItem, as_json

Action = Literal["open", "favourite", "rate", "select", "similar", "compare", "delete"]
EVERY_ACTION: tuple[Action, ...] = (
    *("open", "favourite", "rate", "select", "similar", "compare", "delete"),
)
Size = Literal["small", "medium", "large"]
SIZES: tuple[Size, ...] = ("small", "medium", "large")

HERE = Path(__file__).parent
SCRIPTS = (
    *("outbox.js", "marks.js", "items.js", "layout.js", "tiles.js", "selection.js", "focus.js"),
    *("actions.js", "keyboard.js", "moving.js", "pointer.js", "keys_help.js", "gallery.js"),
)
STYLES = ("plain.css", "gallery.css", "tiles.css", "marks.css", "keys_help.css")


@contextmanager
def taking(key: str) -> Iterator[GalleryEvents | None]:
    """What was done in the gallery since it was last taken; None when nothing was.

    Before a page asks for its data, so that the page shows what has come of it at once. What is
    done in the block may be done twice: see `lib.ui.browser.post.taking`.
    """
    with post.taking(key) as events:
        yield summed_up(events)


def draw(
    items: Sequence[GalleryItem],
    *,
    key: str,
    selected: Collection[str] = (),
    actions: Collection[Action] = EVERY_ACTION,
    size: Size = "medium",
    label: str = "Runs",
) -> None:
    """Draw a page of runs.

    `selected` are the ids of all runs that are selected, also of those on other pages. `actions`
    are what can be done here; for the others there is no button and no key. `size` is that of the
    pictures until somebody chooses one: that is kept in the browser. `label` names the grid.
    """
    for action in actions:
        one_of("actions", action, EVERY_ACTION)
    data = {
        "items": [as_json(item) for item in items],
        "selected": list(selected),
        "actions": [action for action in EVERY_ACTION if action in actions],
        "size": one_of("size", size, SIZES),
        "label": label,
        "taken": post.taken(key),
    }
    _component()(key=key, data=data, on_did_change=partial(post.receive, key))


@cache
def _component() -> Any:
    return st.components.v2.component(
        "plantain_gallery",
        html=source(HERE, "gallery.html"),
        css=source(HERE, *STYLES),
        js=source(HERE, *SCRIPTS),
    )

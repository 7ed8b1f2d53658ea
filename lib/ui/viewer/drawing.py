"""Opens the viewer, and tells when it was closed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from lib.ui.browser import post
from lib.ui.browser.inbox import Event
from lib.ui.browser.source import source
from lib.ui.viewer.pictures import ViewerPicture, as_json

HERE = Path(__file__).parent
SCRIPTS = (
    *("outbox.js", "zoom.js", "zoom_gestures.js", "picture.js"),
    *("viewer_keys.js", "viewer.js"),
)
STYLES = ("plain.css", "zoom.css", "viewer.css")


@dataclass(frozen=True, slots=True)
class Closing:
    """The viewer was closed; `shown` is the id of the picture that it showed last."""

    shown: str


@contextmanager
def taking(key: str) -> Iterator[Closing | None]:
    """Whether the viewer was closed since that was last taken. Then do not draw it any more."""
    with post.taking(key) as events:
        yield closing(events)


def draw(pictures: Sequence[ViewerPicture], *, key: str, shown: str | None = None) -> None:
    """Open the viewer at the picture `shown`, by id, or at the first, above the whole page.

    It stays open for as long as it is drawn and nobody closes it, and turns among `pictures`
    without asking.
    """
    data = {
        "pictures": [as_json(picture) for picture in pictures],
        "shown": shown,
        "taken": post.taken(key),
    }
    _component()(key=key, data=data, on_did_change=partial(post.receive, key))


def closing(events: Iterable[Event]) -> Closing | None:
    """What the events come to; those without the right form are left out."""
    found = None
    for event in events:
        match event:
            case {"kind": "close", "ids": [str(shown)]}:
                found = Closing(shown)
    return found


@cache
def _component() -> Any:
    return st.components.v2.component(
        "plantain_viewer",
        html=source(HERE, "viewer.html"),
        css=source(HERE, *STYLES),
        js=source(HERE, *SCRIPTS),
    )

"""Draws the pair, and hands over what was said of it. Nothing that is varied reaches the browser."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from lib.domain.experiment_judged import JudgedCell, Showing
from lib.ui.browser import post
from lib.ui.browser.source import source
from lib.ui.voting.events import Said, read

HERE = Path(__file__).parent
SCRIPTS = ("outbox.js", "picture.js", "voting_keys.js", "voting.js")
STYLES = ("plain.css", "../gallery/keys_help.css", "voting.css")


@contextmanager
def taking(key: str) -> Iterator[tuple[Said, ...]]:
    """What was said since it was last taken. What is done in the block may be done twice."""
    with post.taking(key) as events:
        yield read(events)


def draw(
    shown: Sequence[Showing], *, key: str, last_token: str | None = None, told: str = ""
) -> None:
    """Draw the first of these pairs; the others are loaded, to be there at once.

    `last_token` is the showing that was answered last, if that can be taken back; `told` says how
    far judging is.
    """
    data = {
        "pairs": [
            {
                "token": one.token,
                "prompt": one.prompt,
                "left": _picture(one.left),
                "right": _picture(one.right),
            }
            for one in shown
        ],
        "last": last_token,
        "told": told,
        "taken": post.taken(key),
    }
    _component()(key=key, data=data, on_did_change=partial(post.receive, key))


def _picture(cell: JudgedCell) -> dict[str, str]:
    return {
        "url": f"/app/static/img/{cell.sha256}",
        "thumbUrl": f"/app/static/thumb/{cell.sha256}",
    }


@cache
def _component() -> Any:
    return st.components.v2.component(
        "plantain_voting",
        html=source(HERE, "voting.html"),
        css=source(HERE, *STYLES),
        js=source(HERE, *SCRIPTS),
    )

"""The events of a component in this session: they come in with a click, and wait until they are taken."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from lib.ui.browser.inbox import Event, Inbox, emptied, received

EVENT = "did"
"""What a component calls that it sends; its handler is `on_did_change`."""


def receive(key: str) -> None:
    """Put what the component of this key sent into its inbox.

    To be called in its handler, not in the page: a newer click may end the page's script before
    the component is drawn.
    """
    post = st.session_state[key].get(EVENT)
    st.session_state[_inbox_key(key)] = received(_inbox(key), post)


@contextmanager
def taking(key: str) -> Iterator[tuple[Event, ...]]:
    """What came since it was last taken, in order. It is taken once the block has come to its end.

    A newer click may end the page's script wherever that touches Streamlit, its session state too.
    Then the same events are handed over again: what is done with them must bear that.
    """
    inbox = _inbox(key)
    yield inbox.waiting
    st.session_state[_inbox_key(key)] = emptied(inbox)


def taken(key: str) -> Mapping[str, int]:
    """What the component is told: up to where its events were taken, by sender."""
    return dict(_inbox(key).taken)


def _inbox(key: str) -> Inbox:
    found: Inbox | None = st.session_state.get(_inbox_key(key))
    return found or Inbox()


def _inbox_key(key: str) -> str:
    return f"{key}_inbox"

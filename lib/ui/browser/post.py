"""The events of a component in this session: they come in with a click, and are taken once."""

from collections.abc import Mapping

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


def take(key: str) -> tuple[Event, ...]:
    """What came since this was asked last, in order."""
    inbox = _inbox(key)
    st.session_state[_inbox_key(key)] = emptied(inbox)
    return inbox.waiting


def taken(key: str) -> Mapping[str, int]:
    """What the component is told: up to where its events were taken, by sender."""
    return dict(_inbox(key).taken)


def _inbox(key: str) -> Inbox:
    found: Inbox | None = st.session_state.get(_inbox_key(key))
    return found or Inbox()


def _inbox_key(key: str) -> str:
    return f"{key}_inbox"

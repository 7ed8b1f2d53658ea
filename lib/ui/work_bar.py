"""One piece of long work as a bar: how far it is, and the button that ends it."""

from typing import Protocol

import streamlit as st


class Cancelable(Protocol):
    """Work on many runs that somebody may end; `total` is None where nobody knows it."""

    @property
    def gone_through(self) -> int: ...

    @property
    def total(self) -> int | None: ...

    @property
    def is_canceled(self) -> bool: ...

    def cancel(self) -> None: ...


def draw(work: Cancelable, words: str, *, key: str, cancel_key: str) -> None:
    """Draw the bar; `words` stand above it."""
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.progress(min(1.0, work.gone_through / max(1, work.total or 1)), text=words)
        st.button(
            "Canceling" if work.is_canceled else "Cancel",
            key=cancel_key,
            disabled=work.is_canceled,
            on_click=work.cancel,
        )

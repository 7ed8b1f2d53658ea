"""Files that are on their way out of this tab: how far they are, and their end."""

import streamlit as st

from lib.services.taking_away.transfer import Transfer
from lib.ui import wiring, work_bar

WATCHED = "take_away_watched"
"""The tokens of the files that were asked for, each with what it is called and since when."""
LOOK_AGAIN_S = 0.7
PATIENCE_S = 30.0
"""A file that was not begun until then will not come: the browser has refused it."""
Watched = dict[str, tuple[str, float, Transfer | None]]
"""By token: what it is called, since when, and the transfer that was over by then."""


def watch(token: str, label: str) -> None:
    """Somebody has clicked on the link of a file. The browser may have begun to fetch it already."""
    found = wiring.services().taking_away.transfer(token)
    before = found if found is not None and found.is_over else None
    st.session_state[WATCHED] = {
        **_watched(),
        token: (label, wiring.clock().monotonic_s(), before),
    }


def draw() -> None:
    """Draw each file that is on its way, with a button that ends it."""
    # The fragment stays without its timer when all is over: a last tick may be on its way.
    st.fragment(_draw_all, run_every=LOOK_AGAIN_S if _watched() else None)()


def _draw_all() -> None:
    before = _watched()
    st.session_state[WATCHED] = {
        token: told for token, told in before.items() if _is_to_come(token, told)
    }
    for token, (label, _since, earlier) in _watched().items():
        transfer = _transfer(token, earlier)
        if transfer is not None:
            _draw_one(token, label, transfer)
    if before and not _watched():
        st.rerun()


def _draw_one(token: str, label: str, transfer: Transfer) -> None:
    words = f"{label}: {transfer.gone_through:,} of {transfer.total:,} {transfer.rows} sent"
    key = f"take_away_bar_{token}"
    work_bar.draw(transfer, words, key=key, cancel_key=f"take_away_cancel_{token}")


def _is_to_come(token: str, told: tuple[str, float, Transfer | None]) -> bool:
    _label, since_s, earlier = told
    transfer = _transfer(token, earlier)
    if transfer is None:
        return wiring.clock().monotonic_s() - since_s < PATIENCE_S
    return not transfer.is_over


def _transfer(token: str, earlier: Transfer | None) -> Transfer | None:
    """The transfer that was begun since the click."""
    found = wiring.services().taking_away.transfer(token)
    return None if found is earlier else found


def _watched() -> Watched:
    found: Watched = st.session_state.get(WATCHED, {})
    return found

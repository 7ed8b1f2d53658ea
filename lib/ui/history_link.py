"""The address of a view of the history: what is filtered, which page, which run is open.

`q` is the filter, bound to its field; `before` and `after` are the keys of a page; `run` is open;
`view` is how the page is shown.
"""

from typing import Literal, get_args

import streamlit as st

FILTER = "q"
RUN = "run"
BEFORE = "before"
AFTER = "after"
VIEW = "view"
View = Literal["table", "gallery"]
VIEWS: tuple[View, ...] = get_args(View)
LAST_VIEW = "history_last_view"
CLOSED = "history_times_closed"


def open_run(run_id: str) -> None:
    """Let the address name an open run."""
    st.query_params[RUN] = run_id


def close_run() -> None:
    """Let no run be open."""
    st.query_params.pop(RUN, None)
    st.session_state[CLOSED] = times_closed() + 1


def times_closed() -> int:
    """How often a run was closed in this session."""
    return int(st.session_state.get(CLOSED, 0))


def view() -> View:
    """How the page is shown: as the address says, or as it was last in this session."""
    for said in (st.query_params.get(VIEW), st.session_state.get(LAST_VIEW)):
        for known in VIEWS:
            if said == known:
                return known
    return VIEWS[0]


def choose_view(chosen: View) -> None:
    """Show the page so from now on, and let the address say it."""
    st.session_state[LAST_VIEW] = chosen
    st.query_params[VIEW] = chosen


def opened_run() -> str | None:
    """The id in the address; it need not be that of any run."""
    return st.query_params.get(RUN)


def go(*, before: str | None = None, after: str | None = None) -> None:
    """Turn to the page beside a run; without either, to the newest runs."""
    for name, key in ((BEFORE, before), (AFTER, after)):
        if key:
            st.query_params[name] = key
        else:
            st.query_params.pop(name, None)


def clear_filter() -> None:
    """Show all runs, from the newest."""
    st.session_state[FILTER] = ""
    go()

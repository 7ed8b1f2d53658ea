"""What is known of a parked run: its ids, and what has happened to it so far."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import streamlit as st

from lib.domain.run import Run
from lib.services.decisions import OpenDecision
from lib.ui import times

COLUMNS = ("When", "What", "Detail")
NOT_NOTED = "no answer was noted"


def draw_ids(run: Run) -> None:
    """The ids to look for, each with a button to copy it alone."""
    if run.remote_id:
        st.caption("Its id at the API")
        st.code(run.remote_id, language=None)
    st.caption("Its id in Plantain, which the API keeps as `client_ref`")
    st.code(run.id, language=None)


def draw_story(known: OpenDecision, zone: ZoneInfo) -> None:
    """The click, each attempt to send it and what came of that, and what the API said since."""
    import pandas as pd  # takes long to load, and few pages need it here

    rows = [(times.exact(at, zone), what, detail) for at, what, detail in sorted(_story(known))]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    st.dataframe(table, hide_index=True, height="content", alt="What is known of this run")


def _story(known: OpenDecision) -> Iterator[tuple[int, str, str]]:
    run = known.run
    yield run.created_at, "Clicked", ""
    for attempt in known.attempts:
        answered = f", HTTP {attempt.http_status}" if attempt.http_status else ""
        what = f"Sent: {attempt.outcome or NOT_NOTED}{answered}"
        yield attempt.intended_at, what, attempt.detail or ""
    if run.accepted_at is not None:
        yield run.accepted_at, "Accepted", f"status at the API: {run.status or 'not told'}"
    if run.settled_at is not None:
        yield run.settled_at, "Left to you", ""
    if known.denied_at is not None:
        yield known.denied_at, "Asked again: not known", ""

"""What shows that an opened run was sent and answered: its attempts, and the callbacks about it."""

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.run import Run
from lib.ui import times
from lib.ui.callback_view import KNOWN_BY
from lib.ui.code_view import draw_run_code

NO_ANSWER = "No answer was noted"


def draw_code(run: Run) -> None:
    """The request as code in the languages of the API's clients, made when it is asked for."""
    box = st.expander("Code", icon=":material/code:", key="history_code", on_change="rerun")
    if box.open:
        with box:
            draw_run_code(run)


def draw_receipts(services: Services, run: Run) -> None:
    """Each intent to send it with what came of that, and each callback with its request id."""
    box = st.expander(
        "Attempts and receipts",
        icon=":material/receipt_long:",
        key="history_receipts",
        on_change="rerun",
    )
    if box.open:
        with box:
            _draw(attempts_table(services, run), "Attempts", "It was never sent from here.")
            _draw(callbacks_table(services, run), "Callbacks", "No callback came: it was polled.")


def attempts_table(services: Services, run: Run) -> pd.DataFrame:
    """A line an attempt, the first one first."""
    zone = services.settings.zone
    rows = [
        (
            times.exact(attempt.intended_at, zone),
            attempt.outcome or NO_ANSWER,
            ""
            if attempt.ended_at is None
            else times.lasting(attempt.ended_at - attempt.intended_at),
            "" if attempt.http_status is None else str(attempt.http_status),
            attempt.detail or "",
        )
        for attempt in services.runs.attempts(run.id)
    ]
    columns = ["Sent", "What came of it", "After", "HTTP", "Detail"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def callbacks_table(services: Services, run: Run) -> pd.DataFrame:
    """A line a callback, the newest first, with the request id that the API's support asks for."""
    zone = services.settings.zone
    rows = [
        (
            times.exact(received.received_at, zone),
            received.event or "",
            received.status or "",
            KNOWN_BY[received.proof],
            received.request_id or "",
        )
        for received in services.callbacks.about(run)
    ]
    columns = ["Received", "Event", "Status", "Known by", "Runflow-Request-Id"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _draw(table: pd.DataFrame, label: str, nothing: str) -> None:
    st.caption(label if len(table) else nothing)
    if len(table):
        st.dataframe(table, hide_index=True, height="content", alt=label)

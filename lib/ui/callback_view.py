"""How callbacks are doing, as Settings shows it: where they come, what came, what was refused."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.callback import Proof
from lib.services.callbacks import CallbackHealth
from lib.ui import settings_facts, times, wiring

KNOWN_BY = {
    Proof.CURRENT_SECRET: "its signature",
    Proof.PREVIOUS_SECRET: "its signature, by the previous secret",
    Proof.TOKEN: "its address only",
}


def draw(services: Services) -> None:
    """Draw the health of callbacks. Their secrets are named and never shown."""
    health, zone = services.callbacks.health(), services.settings.zone
    settings_facts.draw(
        {
            "Address": address_in_words(health),
            "Signing secret": secret_in_words(health),
            "Last callback": _last(health, zone),
            "Refused": f"{sum(count.times for count in health.refusal_counts):,}",
        }
    )
    if health.received:
        _draw_table(received_table(health, zone))
    if health.refusal_counts:
        st.caption("Refused callbacks: nothing of them was believed, and no run was touched.")
        _draw_table(counts_table(health, zone))
        _draw_table(refused_table(health, zone))


def address_in_words(health: CallbackHealth) -> str:
    """Where callbacks come, without the token that each run adds."""
    if health.address is None:
        return "none, so runs are polled: set PLANTAIN_PUBLIC_URL to get callbacks"
    return f"{health.address}…"


def secret_in_words(health: CallbackHealth) -> str:
    """Whether callbacks have to be signed."""
    if health.has_previous_secret and health.has_current_secret:
        return "set, and the previous one is still taken"
    if health.has_current_secret or health.has_previous_secret:
        return "set"
    return "not set: a callback's address alone proves it"


def _last(health: CallbackHealth, zone: ZoneInfo) -> str:
    if not health.received:
        return "none yet"
    at = health.received[0].received_at
    return f"{times.ago(at, wiring.clock().now_ms())}, {times.exact(at, zone)}"


def received_table(health: CallbackHealth, zone: ZoneInfo) -> pd.DataFrame:
    """The newest callbacks, with the request id that the API's support asks for."""
    rows = [
        (
            times.exact(received.received_at, zone),
            received.event or "",
            received.status or "",
            received.run_id or received.remote_id or "",
            KNOWN_BY[received.proof],
            received.request_id or "",
        )
        for received in health.received
    ]
    columns = ["Received", "Event", "Status", "Run", "Known by", "Runflow-Request-Id"]
    return pd.DataFrame(rows, columns=columns)


def counts_table(health: CallbackHealth, zone: ZoneInfo) -> pd.DataFrame:
    """How often callbacks were refused, and why."""
    rows: Sequence[tuple[str, int, str]] = [
        (count.reason, count.times, times.exact(count.last_at, zone))
        for count in health.refusal_counts
    ]
    return pd.DataFrame(rows, columns=["Refused for", "Times", "Last"])


def refused_table(health: CallbackHealth, zone: ZoneInfo) -> pd.DataFrame:
    """The newest refused ones."""
    rows = [
        (times.exact(refusal.at, zone), refusal.reason, refusal.request_id or "")
        for refusal in health.refused
    ]
    return pd.DataFrame(rows, columns=["Refused at", "Reason", "Runflow-Request-Id"])


def _draw_table(table: pd.DataFrame) -> None:
    st.dataframe(table, hide_index=True, height="content")

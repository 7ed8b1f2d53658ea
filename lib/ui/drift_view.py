"""The alarm that the API charges otherwise than the price book says, with the runs that show it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.price_lessons import Drift
from lib.services.pricing import DRIFT_DAYS, MOST_DRIFTS
from lib.ui import address, money, times


def draw(services: Services, drifts: Sequence[Drift]) -> None:
    """Draw it; nothing while every run costs what the book says."""
    if not drifts:
        return
    st.warning(words(len(drifts)), icon=":material/trending_up:")
    run = st.column_config.LinkColumn("Run", display_text=r"run=(.+)$", width=300)
    right = st.column_config.TextColumn(alignment="right")
    st.dataframe(
        drift_table(drifts, services.settings.zone, f"{address.base()}history?run="),
        hide_index=True,
        height="content",
        column_config={"Run": run, "By the book": right, "Charged": right, "Difference": right},
        alt="Runs that cost other than the price book says",
    )


def words(count: int) -> str:
    """How many runs, and what that means."""
    if count >= MOST_DRIFTS:
        which = f"{count} runs or more"
    else:
        which = "1 run" if count == 1 else f"{count} runs"
    return (
        f"{which} of the last {DRIFT_DAYS} days cost other than the price book says. "
        "What the API charged is what counts; when its prices have changed, enter them in Settings."
    )


def drift_table(drifts: Sequence[Drift], zone: ZoneInfo, link: str) -> pd.DataFrame:
    """One line a run, the newest first; `link` and a run's id make the address of the run."""
    rows = [
        (
            times.exact(drift.at, zone),
            f"{link}{drift.run_id}",
            money.price(drift.cost_micros - drift.off_micros),
            money.price(drift.cost_micros),
            money.signed(drift.off_micros),
        )
        for drift in drifts
    ]
    return pd.DataFrame(
        rows, columns=["When", "Run", "By the book", "Charged", "Difference"], dtype="str"
    )

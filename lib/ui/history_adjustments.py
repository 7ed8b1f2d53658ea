"""How the cost of a run was changed after it had been counted."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.audit import Adjustment
from lib.domain.run import Run
from lib.ui import money, times

REASONS = {
    "audit": "The API named it",
    "decision": "A person decided",
    "found": "The API has it after all",
}


def draw_adjustments(services: Services, run: Run) -> None:
    """Draw each change with what was counted before; nothing where there was none."""
    found = services.audits.adjustments(run.id)
    if not found:
        return
    right = st.column_config.TextColumn(alignment="right")
    st.caption("Changed since it was first counted:")
    st.dataframe(
        adjustments_table(found, services.settings.zone),
        hide_index=True,
        height="content",
        column_config={"Before": right, "After": right},
        alt="Changes of the cost",
    )


def adjustments_table(found: Sequence[Adjustment], zone: ZoneInfo) -> pd.DataFrame:
    """One line a change, the oldest first."""
    rows = [
        (
            times.exact(change.at, zone),
            money.price(change.from_micros),
            money.price(change.to_micros),
            REASONS.get(change.reason, change.reason),
        )
        for change in found
    ]
    return pd.DataFrame(rows, columns=["When", "Before", "After", "Why"], dtype="str")

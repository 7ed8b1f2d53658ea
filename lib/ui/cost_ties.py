"""The proof that all the books say the same, and the odd runs where they do not."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.services.cost_report import CostReport, Tie
from lib.ui import address, money
from lib.ui.cost_chart import TAGS_REPEAT

TIES_OUT, DOES_NOT = "Ties out", "Does not tie out"
COMPARED = "The spend that is shown, as each of the books has it, to the micro-dollar."
IN_PARTS = "A part of each run is asked for, so that whole runs cannot be compared: only its lines."


def draw(services: Services, report: CostReport) -> None:
    """The badge, and behind it each of the books."""
    icon = ":material/check_circle:" if report.ties_out else ":material/error:"
    with st.popover(TIES_OUT if report.ties_out else DOES_NOT, icon=icon, type="tertiary"):
        st.caption(_compared(report))
        right = st.column_config.TextColumn(alignment="right")
        st.dataframe(
            ties_table(report.ties),
            hide_index=True,
            height="content",
            column_config={"Amount": right, "Off by": right},
            alt="Whether the books tie out",
        )
    if not report.ties_out:
        _draw_odd(services, report)


def _compared(report: CostReport) -> str:
    parts = [COMPARED]
    if not report.compares_runs:
        parts.append(IN_PARTS)
    if report.repeats:
        parts.append(TAGS_REPEAT)
    return " ".join(parts)


def _draw_odd(services: Services, report: CostReport) -> None:
    st.error(
        "The books of what is shown do not say the same. Please report this.",
        icon=":material/error:",
    )
    odd = services.costs.odd_runs(report)
    if not odd:
        return
    link = f"{address.base()}history?run="
    rows = [
        (f"{link}{run.id}", money.exact(run.cost_micros), money.exact(run.line_micros))
        for run in odd
    ]
    run = st.column_config.LinkColumn("Run", display_text=r"run=(.+)$", width=300)
    table = pd.DataFrame(rows, columns=["Run", "Cost", "Lines"], dtype="str")
    st.dataframe(table, hide_index=True, height="content", column_config={"Run": run})


def ties_table(ties: Sequence[Tie]) -> pd.DataFrame:
    """Each book, and how far it is from what it should say."""
    rows = [
        (tie.book, money.exact(tie.micros), money.signed(tie.difference_micros)) for tie in ties
    ]
    return pd.DataFrame(rows, columns=["Book", "Amount", "Off by"], dtype="str")

"""The charge lines of an opened run, and its receipt."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.run import Run
from lib.services.receipts import RunLine
from lib.ui import address, money, times

NOTHING = "It has no charge lines: it is under way, or was free."
RIGHT = ("Quantity", "Each", "Amount")


def draw(services: Services, run: Run) -> None:
    """The lines with all that was reversed, and the ways to the receipt; made when asked for."""
    box = st.expander(
        "Charge lines and receipt",
        icon=":material/receipt:",
        key="history_lines",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        lines = services.books.receipts.lines(run.id)
        if lines:
            right = st.column_config.TextColumn(alignment="right")
            st.dataframe(
                lines_table(lines, services.settings.zone),
                hide_index=True,
                height="content",
                column_config=dict.fromkeys(RIGHT, right),
                alt="Charge lines",
            )
        else:
            st.caption(NOTHING)
        link = f"{address.base()}receipts/{run.id}"
        with st.container(horizontal=True):
            st.link_button("Receipt", link, icon=":material/print:", key="receipt_page")
            st.link_button("HTML", f"{link}.html", icon=":material/download:", key="receipt_html")
            st.link_button("JSON", f"{link}.json", icon=":material/download:", key="receipt_json")


def lines_table(lines: Sequence[RunLine], zone: ZoneInfo) -> pd.DataFrame:
    """A row a line, in the order they were written; where one corrects a closed month, when it
    counts."""
    rows = [
        (
            line.sku,
            f"{line.quantity:,}",
            money.exact(line.unit_micros),
            money.exact(line.amount_micros),
            str(line.basis),
            times.exact(line.charged_at, zone),
            times.exact(line.counts_at, zone) if line.corrects else "",
        )
        for line in lines
    ]
    columns = ["SKU", *RIGHT, "Basis", "Written", "Counts later, at"]
    table = pd.DataFrame(rows, columns=columns, dtype="str")
    return table if any(line.corrects for line in lines) else table.iloc[:, :-1]

"""What other accounts were charged meanwhile, each by itself: play money is never added to real."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.services.cost_report import CostReport
from lib.ui import money

SANDBOX = "sandbox"
OF_THIS_MACHINE = ("127.", "localhost", "[::1]")
EXPLAINED = (
    "The same period and filters, account by account. They are never added up, and all else on this "
    "page is about the account in use; History shows the runs of another once it is used again."
)


def draw(services: Services, report: CostReport) -> None:
    """Draw them, when others than the account in use were charged."""
    spend = services.costs.by_origin(report)
    if all(origin == report.cut.origin for origin, _ in spend):
        return
    with st.expander("Other accounts", icon=":material/account_balance_wallet:"):
        st.caption(EXPLAINED)
        right = st.column_config.TextColumn(alignment="right")
        st.dataframe(
            account_table(spend, report.cut.origin),
            hide_index=True,
            height="content",
            column_config={"Spend": right},
            alt="Spend by account",
        )


def account_table(spend: Sequence[tuple[str, int]], own: str) -> pd.DataFrame:
    """One line an account, without a total."""
    rows = [
        (
            f"{origin} (in use)" if origin == own else origin,
            _money(origin),
            money.exact(micros),
        )
        for origin, micros in spend
    ]
    return pd.DataFrame(rows, columns=["Account", "Money", "Spend"], dtype="str")


def _money(origin: str) -> str:
    if origin == SANDBOX:
        return "play money"
    return "of this machine" if origin.startswith(OF_THIS_MACHINE) else "real money"

"""What the spend went to, and the proof that all the books say the same."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.charges import ADJUSTMENT, CANCELED, UNLISTED
from lib.services.costs import CostReport, Part, Tie
from lib.ui import address, money

BY = "by"
PARTS = {Part.SKU: "What", Part.PERSON: "Person", Part.RESOLUTION: "Resolution"}
OWN_LABELS = {
    ADJUSTMENT: "Adjustment: charged beyond the price book",
    UNLISTED: "Not in the price book",
    CANCELED: "Canceled runs",
}
TIES_OUT, DOES_NOT = "Ties out", "Does not tie out"
NO_RESOLUTION = "not told"


def draw_ties(services: Services, report: CostReport) -> None:
    """The badge, and behind it each of the books; the odd runs where they differ."""
    icon = ":material/check_circle:" if report.ties_out else ":material/error:"
    with st.popover(TIES_OUT if report.ties_out else DOES_NOT, icon=icon, type="tertiary"):
        st.caption("The spend of this period as each of the books has it, to the micro-dollar.")
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


def _draw_odd(services: Services, report: CostReport) -> None:
    st.error(
        "The books of this period do not say the same. Please report this.",
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


def draw_parts(services: Services, report: CostReport) -> None:
    """The spend by what it was for, by whom, or by resolution; the choice is in the address."""
    st.subheader("What it went to")
    chosen = st.segmented_control(
        "By",
        list(PARTS),
        default=_linked(),
        format_func=PARTS.__getitem__,
        key=BY,
        required=True,
        on_change=_link,
        label_visibility="collapsed",
    )
    part = chosen or Part.SKU
    right = st.column_config.TextColumn(alignment="right")
    st.dataframe(
        parts_table(report, part, _labels(services)),
        hide_index=True,
        height="content",
        column_config=dict.fromkeys(("Quantity", "Spend", "Share"), right),
        alt=f"Spend by {PARTS[part].lower()}",
    )


def parts_table(report: CostReport, part: Part, labels: dict[str, str]) -> pd.DataFrame:
    """One line a part, the most first, and the total."""
    spend = report.spend_by(part)
    total = report.charges.rollup_micros
    micros = [int(amount) for amount in spend["amount_micros"]]
    places = money.column_places(micros)
    rows = {
        PARTS[part]: [
            *(labels.get(name, name) or NO_RESOLUTION for name in spend["name"]),
            "Total",
        ],
        "Spend": [_amount(amount, places) for amount in (*micros, total)],
        "Share": [*(f"{amount / total:.1%}" if total else "" for amount in micros), ""],
    }
    if part is Part.SKU:
        rows["Quantity"] = [*(f"{int(count):,}" for count in spend["quantity"]), ""]
    return pd.DataFrame(rows, dtype="str")


def _amount(micros: int, places: int) -> str:
    return money.signed_column(micros, places).removeprefix("+")


def _labels(services: Services) -> dict[str, str]:
    priced = services.pricing.current(DEFAULT_MODEL.id).priced()
    return {price.sku or "": price.label for price in priced} | OWN_LABELS | {"": NO_RESOLUTION}


def _linked() -> Part:
    linked = st.query_params.get(BY)
    return Part(linked) if linked in set(Part) else Part.SKU


def _link() -> None:
    st.query_params[BY] = st.session_state[BY]

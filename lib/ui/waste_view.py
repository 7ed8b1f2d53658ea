"""What money was spent on in vain, kind by kind, each with the way to its runs."""

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.periods import Days
from lib.domain.waste import Waste, WasteKind
from lib.ui import history_question, money

WORDS = {
    WasteKind.FAILED: ("Failed", "Free, unless the API charged it"),
    WasteKind.UNOPENED: ("Never opened", "Nobody opened, marked or downloaded it; without today's"),
    WasteKind.DELETED: ("Deleted", "In the bin, or erased from it"),
    WasteKind.FLAGGED: ("Flagged", "NSFW, says the API; and not kept"),
    WasteKind.DUPLICATE: (
        "Exact duplicates",
        "All pictures were there before, and it was not kept",
    ),
}
TOTAL = "Together, each run once"
ON_GENERATE = (
    "By the time of the click, with the runs' known costs. A look at a card on Generate opens "
    "nothing, a click on its picture does; runs from before openings were noted are never called unopened."
)


def draw(services: Services, days: Days, waste: Waste) -> None:
    """Draw the kinds; nothing while there is no waste."""
    if not waste.total.runs:
        return
    with st.expander("Waste", icon=":material/delete_sweep:", key="waste"):
        links = {
            kind: history_question.address_of(services.insights.waste.question(kind, days))
            for kind in WasteKind
        }
        right = st.column_config.TextColumn(alignment="right")
        runs = st.column_config.LinkColumn("In History", display_text=history_question.SHOWN_AS)
        st.dataframe(
            waste_table(waste, links),
            hide_index=True,
            height="content",
            column_config={"Runs": right, "Spend": right, "In History": runs},
            alt="Spend that was of no use, by kind",
        )
        st.caption(ON_GENERATE)
        if waste.erased_runs:
            st.caption(f"History does not show {waste.erased_runs:,} of the deleted: erased.")


def waste_table(waste: Waste, links: dict[WasteKind, str]) -> pd.DataFrame:
    """One line a kind, and the total."""
    lines = [(*WORDS[kind], waste.kinds[kind], links[kind]) for kind in WasteKind]
    places = money.column_places(line[2].spend_micros for line in lines)
    rows = [
        (name, f"{one.runs:,}", _amount(one.spend_micros, places), what, link if one.runs else None)
        for name, what, one, link in lines
    ]
    total = waste.total
    rows.append((TOTAL, f"{total.runs:,}", _amount(total.spend_micros, places), "", None))
    return pd.DataFrame(rows, columns=["Kind", "Runs", "Spend", "What", "In History"], dtype="str")


def _amount(micros: int, places: int) -> str:
    return money.signed_column(micros, places).removeprefix("+")

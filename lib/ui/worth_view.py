"""Worth it?: each resolution and each extra, by what it cost and how often its runs were kept."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.periods import Days
from lib.domain.worth import FEWEST_RUNS, Trial, Worth
from lib.ui import money
from lib.ui.plain import dollars

EXPLAINED = (
    "Kept: starred, rated 4 or 5, or downloaded, and not in the bin. In brackets the kept runs of "
    "all that delivered pictures, and where the rate lies with 95% confidence (Wilson). "
    "Who pays for an extra may also choose it for harder prompts: this is no experiment."
)
NOTHING = "There are not enough runs yet: it takes {fewest} with a choice and {fewest} without it."


def draw(services: Services, days: Days) -> None:
    """Draw the table when it is asked for."""
    box = st.expander("Worth it?", icon=":material/balance:", key="worth", on_change="rerun")
    if not box.open:
        return
    with box:
        found = services.insights.worth.table(days)
        told = [one for one in found if one.is_enough]
        if told:
            right = st.column_config.TextColumn(alignment="right")
            st.dataframe(
                worth_table(told),
                hide_index=True,
                height="content",
                column_config={"Spend": right, "Pictures": right},
                alt="What extras and resolutions were worth",
            )
            st.caption(EXPLAINED)
        else:
            st.caption(NOTHING.format(fewest=FEWEST_RUNS))
        hidden = [one for one in found if not one.is_enough]
        if hidden:
            st.caption(dollars(hidden_words(hidden)))


def worth_table(found: Sequence[Worth]) -> pd.DataFrame:
    """One line a choice."""
    places = money.column_places(one.spend_micros for one in found)
    rows = [
        (
            one.label,
            money.signed_column(one.spend_micros, places).removeprefix("+"),
            f"{one.pictures:,}",
            rate(one.with_it),
            rate(one.without),
            str(one.verdict),
        )
        for one in found
    ]
    columns = ["Choice", "Spend", "Pictures", "Kept with it", "Kept without", "So"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def rate(trial: Trial) -> str:
    """`61% (61 of 100, 51% to 70%)`."""
    low, high = trial.interval
    counts = f"{trial.kept:,} of {trial.runs:,}"
    return f"{trial.rate:.0%} ({counts}, {low:.0%} to {high:.0%})"


def hidden_words(hidden: Sequence[Worth]) -> str:
    """Which choices are left out, and how many runs each has."""
    each = [
        f"{one.label} ({one.with_it.runs:,} with, {one.without.runs:,} without)" for one in hidden
    ]
    return f"Left out, below {FEWEST_RUNS} runs with or without it: {', '.join(each)}."

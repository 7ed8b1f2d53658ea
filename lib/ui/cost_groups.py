"""What the spend went to: a row for each group, now and before, with the way to its runs."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.cost_query import CostQuery
from lib.domain.spend import Group
from lib.domain.spend_link import runs_behind
from lib.services.cost_report import CostReport
from lib.ui import cost_figures, cost_link, money
from lib.ui.cost_words import Words

TOTAL = cost_figures.TOTAL
MOST_ROWS = 500
TALLEST = 600
ROW = 35
RUNS_HELP = "Of known cost, in History. Runs that were erased are not there any more."
Counts = Mapping[tuple[str, ...], int]


def draw(services: Services, report: CostReport, words: Words, shown: int | None) -> None:
    """The groups; a selected one filters the report. `shown`: runs of all of them in the history."""
    counts = services.costs.run_counts(report)
    if counts is not None and shown is not None:
        counts = {**counts, (): shown}
    table = group_table(report, words, counts)
    key = cost_link.key("cost_groups", report.query)
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height="content" if len(table) < TALLEST // ROW else TALLEST,
        column_config=_columns(report),
        on_select=partial(_selected, key, report),
        selection_mode="single-row",
        placeholder="",
        alt="What the spend went to",
    )
    if len(report.groups) > MOST_ROWS:
        st.caption(f"The {MOST_ROWS} largest of {len(report.groups):,}; the file has all.")


def group_table(report: CostReport, words: Words, counts: Counts | None) -> pd.DataFrame:
    """The total, then the groups, the most first. Money in dollars, for the eye."""
    groups, by = report.groups.head(MOST_ROWS), report.query.by
    values = [tuple(str(value) for value in row) for row in groups[[*map(str, by)]].to_numpy()]
    spend = [report.spend_micros, *map(int, groups["amount_micros"])]
    rows: dict[str, Any] = {}
    for place, (group, title) in enumerate(zip(by, cost_figures.titles(by), strict=True)):
        rows[title] = [TOTAL if place == 0 else "", *(words(group, row[place]) for row in values)]
    if Group.SKU in by:
        rows["Quantity"] = pd.array([None, *groups["quantity"]], dtype="Int64")
    rows["Spend"] = _dollars(spend)
    total = report.spend_micros
    rows["Share"] = pd.array([micros / total if total else None for micros in spend], "Float64")
    if report.before is not None:
        before = [report.before_micros, *map(int, groups["before_micros"])]
        rows["Before"] = _dollars(before)
        changes = [now - then for now, then in zip(spend, before, strict=True)]
        fine = cost_figures.places(_amounts(report))
        rows["Change"] = [money.signed_column(change, fine) for change in changes]
    rows["Runs"] = [_link(report, (), counts), *(_link(report, row, counts) for row in values)]
    return pd.DataFrame(rows)


def _dollars(micros: list[int]) -> Any:
    return cost_figures.dollars(pd.Series(micros, dtype="Int64")).array


def _link(report: CostReport, values: tuple[str, ...], counts: Counts | None) -> str | None:
    """The address of the runs behind a row; what it shows is how many they are."""
    cut = report.cut
    for group, value in zip(report.query.by, values, strict=False):
        chosen = cut.chosen(group)
        if chosen and value not in chosen:
            return None  # such as a second tag: the history cannot be asked for both
        cut = cut.where(group, value)
    query = runs_behind(cut)
    if query is None:
        return None
    if counts is None:
        return cost_link.history_url(query, "runs")
    return cost_link.history_url(query, f"{counts.get(values, 0):,}")


def _columns(report: CostReport) -> dict[str, Any]:
    column = st.column_config
    form = f"$%.{cost_figures.places(_amounts(report))}f"
    return {
        "Spend": column.NumberColumn(format=form),
        "Before": column.NumberColumn(
            format=form, help="In the period that this one is compared with."
        ),
        "Share": column.NumberColumn(format="percent"),
        "Change": column.TextColumn(alignment="right"),
        "Runs": column.LinkColumn(display_text=cost_link.SAID, help=RUNS_HELP),
    }


def _amounts(report: CostReport) -> list[int]:
    """All that stands in the columns of money."""
    found = [report.spend_micros, report.before_micros]
    for name in ("amount_micros", "before_micros"):
        found += map(int, report.groups[name])
    return found


def _selected(key: str, report: CostReport) -> None:
    state: Any = st.session_state.get(key)
    rows = state["selection"].get("rows") if state else None
    if rows:
        cost_link.ask(narrowed(cost_link.asked(), report, rows[0]))


def narrowed(query: CostQuery, report: CostReport, row: int) -> CostQuery:
    """The question about the group of one row; the first row is the total and no group."""
    if row:
        for group in report.query.by:
            query = query.where(group, str(report.groups[str(group)].iloc[row - 1]))
    return query

"""Every request of a plan before anything is sent: a page at a time, and all of them to take away."""

from math import ceil
from typing import Any

import pandas as pd
import streamlit as st

from lib.services.experiments.planning import Plan
from lib.services.experiments.requests import request_rows, requests_csv, requests_json
from lib.ui import money

BOX, PAGE = "experiment_requests", "experiment_requests_page"
ON_A_PAGE = 200


def draw(plan: Plan) -> None:
    """Draw them, put away: nothing of it is made before it is opened."""
    label = f"Every request ({len(plan.cells):,})"
    box = st.expander(label, icon=":material/list:", key=BOX, on_change="rerun")
    if not box.open:
        return
    with box:
        first = _draw_paging(len(plan.cells))
        rows: list[dict[str, Any]] = [dict(row) for row in request_rows(plan)]
        shown = rows[first : first + ON_A_PAGE]
        for row in shown:
            row["estimate"] = money.price(row.pop("estimate_micros"))
        table = pd.DataFrame(shown).astype("str").replace("nan", "")
        st.dataframe(table, key=f"{BOX}_{first}", hide_index=True)
        _draw_downloads(plan)


def _draw_paging(total: int) -> int:
    """The number of the first request of the page, from 0."""
    pages = ceil(total / ON_A_PAGE)
    if pages == 1:
        return 0
    if int(st.session_state.get(PAGE) or 1) > pages:
        st.session_state[PAGE] = pages
    page = st.number_input(f"Page, of {pages:,}", min_value=1, max_value=pages, key=PAGE, width=160)
    return (int(page) - 1) * ON_A_PAGE


def _draw_downloads(plan: Plan) -> None:
    with st.container(horizontal=True, gap="small"):
        for ending, text in (("csv", requests_csv(plan)), ("json", requests_json(plan))):
            st.download_button(
                f"All as {ending.upper()}",
                text.encode(),
                file_name=f"requests.{ending}",
                key=f"{BOX}_{ending}",
                icon=":material/download:",
                on_click="ignore",
            )

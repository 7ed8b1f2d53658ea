"""History: every run of this origin, found again."""

import streamlit as st

from lib.ui import history_link, history_paging, history_run, history_table, wiring

services = wiring.services()

st.title("History")
history_run.draw_opened(services)
text = history_paging.draw_filter()
page = services.history.page(
    text=text,
    before=st.query_params.get(history_link.BEFORE),
    after=st.query_params.get(history_link.AFTER),
)
if page.runs.empty:
    history_paging.draw_nothing(page, text)
else:
    history_table.draw(page.runs, services.settings.zone)
    history_paging.draw_pages(page)

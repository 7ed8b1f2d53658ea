"""History: every run of this origin, found again."""

import streamlit as st

from lib.ui import (
    history_gallery,
    history_link,
    history_paging,
    history_run,
    history_views,
    wiring,
)

services = wiring.services()

st.title("History")
history_gallery.follow()
history_run.draw_opened(services)
with st.container(horizontal=True):
    text = history_paging.draw_filter()
    history_views.draw_choice()
page = services.history.page(
    text=text,
    before=st.query_params.get(history_link.BEFORE),
    after=st.query_params.get(history_link.AFTER),
)
if page.runs.empty:
    history_paging.draw_nothing(page, text)
else:
    history_views.draw(services, page.runs)
    history_paging.draw_pages(page)

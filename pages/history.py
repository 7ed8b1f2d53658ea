"""History: every run of this origin, found again."""

import streamlit as st

from lib.ui import history_gallery, history_head, history_link, history_run, history_views, wiring

services = wiring.services()
history_link.redirect()

st.title("History")
history_gallery.follow(services)
query = history_link.asked()
history_run.draw_opened(services)
history_head.draw(services, query)
history_views.draw(services, query)

"""History: every run of this origin, found again."""

import streamlit as st

from lib.ui import history_body, history_gallery, history_link, history_run, notice, wiring

services = wiring.services()
history_link.redirect()

st.title("History")
history_gallery.follow(services)
query = history_link.asked()
history_run.draw_opened(services)
history_body.draw(services, query)
notice.draw()  # behind the drawer, which would else change its place with it

"""Settings: which account, where everything lies, and what this Plantain is made of."""

import streamlit as st

from lib.services import storage
from lib.ui import (
    account_view,
    audit_view,
    budget_view,
    callback_view,
    notice,
    price_book_view,
    settings_view,
    wiring,
)

services = wiring.services()

notice.draw()
st.title("Settings")
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Account")
    account_view.draw_api(services)
    account = st.container()
with right:
    st.subheader("Data")
    settings_view.draw_storage(storage.measure(services.settings))
    st.subheader("Versions")
    settings_view.draw_versions()
st.subheader("Budgets")
budget_view.draw(services)
st.subheader("Audit")
audit_view.draw(services)
st.subheader("Callbacks")
callback_view.draw(services)
st.subheader("Prices")
price_book_view.draw(services)
st.subheader("All settings")
settings_view.draw_settings(services.settings)
# Last, since it may wait for the API; the rest of the page stands by then.
with account:
    account_view.draw_status(services)

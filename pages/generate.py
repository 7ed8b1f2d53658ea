"""Generate: write a prompt, choose its settings, see the price, and watch the runs come in."""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.price_book import current_prices
from lib.ui import form_values, generate_button, input_form
from lib.ui.estimate_view import draw_estimate

model = DEFAULT_MODEL
prices = current_prices(model.id)

form_values.prepare(model)

form, results = st.columns([1, 2], gap="medium")
with form:
    input_form.draw_text_fields(model, prices)
    input_form.draw_settings(model, prices)
    generate_button.draw_generate(model)
    draw_estimate(model)
    input_form.draw_more_options(model, prices)
generate_button.note_drawn()

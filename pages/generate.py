"""Generate: write a prompt, choose its settings, see the price, and watch the runs come in."""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.ui import (
    address,
    already_view,
    form_labels,
    form_values,
    generate_button,
    input_form,
    notice,
    reuse_view,
    wiring,
)
from lib.ui.approval_line import draw_approval
from lib.ui.budget_line import draw_budget
from lib.ui.estimate_view import draw_estimate
from lib.ui.results import draw_results

model = DEFAULT_MODEL
prices = wiring.services().pricing.current(model.id)

already_view.follow()
address.follow(model)
form_values.prepare(model)
form_labels.prepare()
notice.draw()

form, results = st.columns([1, 2], gap="medium")
with form:
    address.draw_link_problems()
    input_form.draw_text_fields(model, prices)
    reuse_view.draw()
    input_form.draw_settings(model, prices)
    generate_button.draw_generate(model)
    draw_estimate(model)
    already_view.draw(model)
    draw_budget(model)
    draw_approval(model)
    input_form.draw_more_options(model, prices)
    form_labels.draw()
with results:
    draw_results(model)

address.mirror(model)
generate_button.note_drawn()

"""Experiments: many runs over several settings, priced as a whole before the first one is sent."""

import streamlit as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.ui import (
    experiment_form,
    experiment_judge,
    experiment_judge_link,
    experiment_link,
    experiment_list,
    experiment_plan,
    experiment_run,
    experiment_starters,
    experiment_state,
    experiment_texts,
    experiment_view,
    form_labels,
    form_values,
    input_form,
    notice,
    wiring,
)

services = wiring.services()
model = DEFAULT_MODEL
prices = services.pricing.current(model.id)

opened, judged = experiment_link.opened(), experiment_judge_link.judged()
if not judged:  # the pictures need the room
    st.title("Experiments")
experiment_link.follow()
form_values.prepare(model)
experiment_state.prepare()
form_labels.prepare()
notice.draw()

if opened and judged:
    experiment_judge.draw(services, opened)
elif opened:
    experiment_run.draw_opened(services, opened)
    experiment_view.draw(services, opened)
else:
    experiment_starters.draw_first(services)
    form, results = st.columns([2, 3], gap="medium")
    with form:
        input_form.draw_text_fields(model, prices)
        experiment_form.draw_axes()
        experiment_form.draw_combining()
        with st.expander("Settings of all cells", icon=":material/settings:"):
            input_form.draw_settings(model, prices)
        input_form.draw_more_options(model, prices)
        form_labels.draw()
    with results:
        experiment_form.draw_problem()
        plan = experiment_plan.planned(services) if experiment_state.axes() else None
        if plan:
            experiment_plan.draw(services, plan)
        experiment_starters.draw_again(services)
        experiment_texts.draw(experiment_state.design(), is_sound=plan is not None)
        experiment_list.draw(services)
    experiment_link.mirror()
experiment_plan.note_drawn()

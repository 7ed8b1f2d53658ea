"""A run of an experiment, opened in a drawer above the grid; all about it is in History."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.run import Run
from lib.ui import (
    experiment_grid,
    history_closely,
    history_details,
    history_link,
    history_marks,
    history_pictures,
    history_walk,
)
from lib.ui.page_files import HISTORY
from lib.ui.runs_view import surroundings

LOOK_AGAIN_S = 2.0
DRAWER_WIDTH = 720
NO_SUCH = "There is no such run here: its link may be cut off, or it was deleted."


def draw_opened(services: Services, experiment_id: str) -> None:
    """Draw the run that the address names, if it names one."""
    run_id = history_link.opened_run()
    if not run_id:
        return
    if _find(services, run_id) is None:
        with st.container(border=True):
            st.caption(NO_SUCH)
            st.button("Close", key="experiment_close_run", on_click=history_link.close_run)
        return
    st.dialog(
        "Run",
        position="right",
        width=DRAWER_WIDTH,
        icon=":material/image:",
        on_dismiss=history_link.close_run,
    )(_draw_content)(services, experiment_id)


def _find(services: Services, run_id: str) -> Run | None:
    run = services.runs.find(run_id)
    is_here = run is not None and run.origin == services.runs.origin and run.deleted_at is None
    return run if is_here else None


def _draw_content(services: Services, experiment_id: str) -> None:
    run_id = history_link.opened_run()
    run = _find(services, run_id) if run_id else None
    if run is None:
        st.rerun()  # a button in the drawer has led elsewhere
    if run.pictures:
        services.attention.opened(run.id)
    experiment = services.experiments.find(experiment_id)
    beside = experiment_grid.run_ids(services, experiment) if experiment else []
    history_walk.draw_among(beside, run.id)
    if run.is_open:
        st.fragment(run_every=LOOK_AGAIN_S)(_draw_changing)(services, run.id)
    else:
        _draw_run(services, run)


def _draw_changing(services: Services, run_id: str) -> None:
    """Draw an open run anew until it has ended; then the grid has something new to say as well."""
    run = services.runs.find(run_id)
    if run is None or not run.is_open:
        st.rerun()
    else:
        _draw_run(services, run)


def _draw_run(services: Services, run: Run) -> None:
    history_pictures.draw_state(run, surroundings())
    history_closely.draw(run)
    for picture in run.pictures:
        if not picture.problem:
            url = f"/app/static/img/{picture.sha256}"
            words = f"Picture {picture.index + 1} of {len(run.pictures)}"
            st.image(url, width="stretch", link=url, alt=words)
    history_marks.draw(services, run)
    history_details.draw_input(run)
    history_details.draw_costs(services, run)
    st.page_link(
        HISTORY,
        label="All about it in History",
        icon=":material/history:",
        query_params={history_link.RUN: run.id},
    )

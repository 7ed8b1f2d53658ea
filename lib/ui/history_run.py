"""The opened run: in a drawer beside the table, or a word about why it cannot be shown."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.organising import BIN_DAYS
from lib.domain.run import Run
from lib.ui import (
    history_actions,
    history_adjustments,
    history_closely,
    history_details,
    history_lines,
    history_link,
    history_marks,
    history_parent,
    history_pictures,
    history_receipts,
    history_walk,
    seed_badge,
    times,
)
from lib.ui.runs_view import surroundings

LOOK_AGAIN_S = 2.0
DAY_MS = 86_400_000
DRAWER_WIDTH = 720


def draw_opened(services: Services) -> None:
    """Draw the run that the address names, if it names one."""
    run_id = history_link.opened_run()
    if not run_id:
        return
    run = services.runs.find(run_id)
    if run is None:
        _say("There is no run of this id. Its link may be cut off, or be from another Plantain.")
    elif run.origin != services.runs.origin:
        _say("This run was made with another account. It is shown only where it was made:", run)
    elif run.deleted_at is not None:
        _draw_deleted(services, run)
    else:
        _drawer(services)


def _say(message: str, run: Run | None = None) -> None:
    with st.container(border=True):
        st.caption(message)
        if run:
            st.text(run.origin)
        st.button("Close", key="history_close", on_click=history_link.close_run)


def _draw_deleted(services: Services, run: Run) -> None:
    with st.container(border=True):
        deleted_at = times.exact(run.deleted_at or 0, services.settings.zone)
        st.caption(f"This run was deleted at {deleted_at}. What it cost stays in the accounts.")
        if run.erased_at is not None:
            st.caption("It was erased from the bin with its pictures: it cannot be brought back.")
        else:
            stays_ms = (run.deleted_at or 0) + BIN_DAYS * DAY_MS
            until = times.exact(stays_ms, services.settings.zone)
            st.caption(f"It can be brought back until {until} at least, unless the bin is emptied.")
        with st.container(horizontal=True):
            if run.erased_at is None and st.button(
                "Restore", key="history_restore", icon=":material/undo:"
            ):
                services.runs.restore(run.id)
                st.rerun()
            st.button("Close", key="history_close", on_click=history_link.close_run)


def _drawer(services: Services) -> None:
    st.dialog(
        "Run",
        position="right",
        width=DRAWER_WIDTH,
        icon=":material/image:",
        on_dismiss=history_link.close_run,
    )(_draw_content)(services)


def _draw_content(services: Services) -> None:
    run_id = history_link.opened_run()
    run = services.runs.find(run_id) if run_id else None
    if run is None or run.deleted_at is not None or run.origin != services.runs.origin:
        st.rerun()  # a button in the drawer has led elsewhere
    if run.pictures:
        services.attention.opened(run.id)
    history_walk.draw(services.search, history_link.asked(), run.id)
    if run.is_open:
        st.fragment(run_every=LOOK_AGAIN_S)(_draw_changing)(services, run.id)
    else:
        _draw_run(services, run)


def _draw_changing(services: Services, run_id: str) -> None:
    """Draw an open run anew until it has ended; then the table has something new to say as well."""
    run = services.runs.find(run_id)
    if run is None or not run.is_open:
        st.rerun()
    else:
        _draw_run(services, run)


def _draw_run(services: Services, run: Run) -> None:
    history_pictures.draw_state(run, surroundings())
    history_closely.draw(run)
    history_pictures.draw_pictures(run)
    history_actions.draw_actions(services, run)
    history_marks.draw(services, run)
    history_details.draw_input(run)
    seed_badge.draw(services, run)
    history_parent.draw(services, run)
    history_details.draw_costs(services, run)
    history_adjustments.draw_adjustments(services, run)
    history_lines.draw(services, run)
    history_details.draw_story(services, run)
    history_receipts.draw_receipts(services, run)
    history_receipts.draw_code(run)
    history_details.draw_json(run)

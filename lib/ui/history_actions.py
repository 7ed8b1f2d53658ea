"""What one can do with an opened run."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import find_model
from lib.domain.run import Run
from lib.ui import address, state
from lib.ui.form_link import address_of, query_of
from lib.ui.page_files import GENERATE
from lib.ui.reuse import SEED


def draw_actions(services: Services, run: Run) -> None:
    """Use its settings again, delete it, and the address that opens it."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if st.button(
            "Use these settings", key="history_again", icon=":material/replay:", type="tertiary"
        ):
            _use(services, run, run.input)
        if run.input.get(SEED) is not None and st.button(
            "Without the seed", key="history_reseed", icon=":material/casino:", type="tertiary"
        ):
            _use(services, run, {name: run.input[name] for name in run.input if name != SEED})
        if not run.is_open and st.button(
            "Delete", key="history_delete", icon=":material/delete:", type="tertiary"
        ):
            services.runs.delete(run.id)
            st.rerun()
        _draw_link(run)


def _draw_link(run: Run) -> None:
    box = st.popover(
        "Link", icon=":material/link:", type="tertiary", key="history_link", on_change="rerun"
    )
    if box.open:
        with box:
            link = address_of(f"{address.base()}history", {"run": run.id})
            st.code(link, language=None, wrap_lines=True)


def _use(services: Services, run: Run, values: Mapping[str, Any]) -> None:
    state.set_reused(run.id)
    query = query_of(find_model(run.model_id), values, services.runs.keep_draft)
    st.switch_page(GENERATE, query_params=query)

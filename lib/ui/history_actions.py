"""What one can do with an opened run."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import find_model
from lib.domain.run import Run
from lib.ui import address
from lib.ui.form_link import address_of, query_of
from lib.ui.page_files import GENERATE


def draw_actions(services: Services, run: Run) -> None:
    """Use its settings again, delete it, and the address that opens it."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if st.button("Use again", key="history_again", icon=":material/replay:", type="tertiary"):
            query = query_of(find_model(run.model_id), run.input, services.runs.keep_draft)
            st.switch_page(GENERATE, query_params=query)
        if not run.is_open and st.button(
            "Delete", key="history_delete", icon=":material/delete:", type="tertiary"
        ):
            services.runs.delete(run.id)
            st.rerun()
        with st.popover("Link", icon=":material/link:", type="tertiary", key="history_link"):
            link = address_of(f"{address.base()}history", {"run": run.id})
            st.code(link, language=None, wrap_lines=True)

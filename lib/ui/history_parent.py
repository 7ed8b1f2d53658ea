"""Where an opened run comes from: the run whose settings it has, and what differs from it."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.domain.run import ParentKind, Run
from lib.ui import history_differences, history_link
from lib.ui.experiment_link import EXPERIMENT
from lib.ui.page_files import EXPERIMENTS

WORDS = {
    ParentKind.RE_USED: "Made with the settings of another run.",
    ParentKind.NEW_SEED: "Made with the settings of another run and a new seed.",
    ParentKind.EXPERIMENT_CELL: "One cell of an experiment.",
}


def draw(services: Services, run: Run) -> None:
    """Draw its parent, if it has one, and the way to all runs of the same prompt."""
    parent = None if run.parent is None else services.runs.find(run.parent.run_id)
    if run.parent is not None:
        st.subheader("Made from")
        st.caption(WORDS[run.parent.kind])
    if parent is not None:
        _draw_differences(parent, run)
    _draw_experiment(services, run)
    with st.container(horizontal=True):
        if parent is not None:
            st.button(
                "Open that run",
                key="history_parent",
                icon=":material/subdirectory_arrow_left:",
                type="tertiary",
                on_click=history_link.open_run,
                args=(parent.id,),
            )
        _draw_way("Same prompt", "same_prompt_as", ":material/content_copy:", run.id)
        _draw_way("Made from this", "parent_id", ":material/account_tree:", run.id)


def _draw_experiment(services: Services, run: Run) -> None:
    found = services.experiments.of_run(run.id)
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            EXPERIMENTS,
            label="One cell of an experiment",
            icon=":material/science:",
            query_params={EXPERIMENT: found.id},
            width="content",
        )
        st.text(found.name)


def _draw_differences(parent: Run, run: Run) -> None:
    found = history_differences.table([parent.input, run.input], ["There", "Here"])
    if found.empty:
        st.caption("Its input is the same.")
    else:
        st.dataframe(found, hide_index=True, height="content", alt="What differs from that run")


def _draw_way(label: str, name: str, icon: str, run_id: str) -> None:
    st.button(
        label,
        key=f"history_{name}",
        icon=icon,
        type="tertiary",
        on_click=history_link.ask,
        args=(HistoryQuery().where(name, run_id),),
    )

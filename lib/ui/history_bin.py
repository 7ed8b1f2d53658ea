"""The bin: how long runs stay in it, and erasing them for good."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.organising import BIN_DAYS
from lib.services.bin import Emptied
from lib.services.organising import Progress
from lib.ui import history_selection, history_work, wiring

BOX = "history_empty_bin"
SELECTED_BOX = "history_erase"
ASKED_AT = "history_empty_bin_asked_at"
"""When the question was drawn (ms UTC): what is deleted later was not asked about, and stays."""


def draw(services: Services) -> None:
    """Draw how long deleted runs stay, and the way to be rid of all of them at once."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"Deleted runs can be brought back for {BIN_DAYS} days at least, then they are erased "
            "with their pictures. What they cost stays in the accounts.",
            width="stretch",
        )
        box = st.popover(
            "Empty the bin", icon=":material/delete_forever:", key=BOX, on_change="rerun"
        )
    if box.open:
        with box:
            _draw_question(services)


def draw_erase(services: Services) -> None:
    """Draw the way to be rid of the runs that are selected one by one."""
    ids = history_selection.ids()
    box = st.popover(
        "Erase",
        icon=":material/delete_forever:",
        type="tertiary",
        key=SELECTED_BOX,
        on_change="rerun",
    )
    if box.open:
        with box:
            st.markdown(f"Erase **{_runs(len(ids))}** for good, with their pictures?")
            _draw_terms()
            _draw_button("erase", services, ids)


def _draw_question(services: Services) -> None:
    asked_at = wiring.clock().now_ms()
    st.session_state[ASKED_AT] = asked_at
    held = services.bin.holds(deleted_before_ms=asked_at)
    if not held.runs:
        st.caption("The bin is empty.")
        return
    pictures = "1 picture" if held.pictures == 1 else f"{held.pictures:,} pictures"
    st.markdown(f"Erase **{_runs(held.runs)}** with **{pictures}** for good?")
    _draw_terms()
    _draw_button("empty", services, None, held.runs)


def _draw_terms() -> None:
    st.caption(
        "This cannot be undone. The ledger keeps that the runs were made and what they cost. "
        "A picture that another run has as well stays for that run. Files that are younger than an "
        "hour go within the next two."
    )


def _draw_button(
    key: str, services: Services, ids: tuple[str, ...] | None, total: int | None = None
) -> None:
    st.button(
        "Erase for good",
        key=f"history_{key}_for_good",
        type="primary",
        icon=":material/delete_forever:",
        on_click=_erase,
        args=(services, ids, len(ids or ()) if total is None else total),
    )


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"


def _erase(services: Services, ids: tuple[str, ...] | None, total: int) -> None:
    before = None if ids is not None else st.session_state.get(ASKED_AT)

    def work(progress: Progress) -> Emptied:
        return services.bin.empty(ids, deleted_before_ms=before, progress=progress)

    st.session_state[BOX] = st.session_state[SELECTED_BOX] = False
    history_work.start(work, total)
    history_selection.clear()

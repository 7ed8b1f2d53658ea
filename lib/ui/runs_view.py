"""The newest runs as cards. Those that are under way redraw themselves; the others stand still."""

import streamlit as st

from lib.domain.run import Run
from lib.ui import banner, card_actions, state, wiring
from lib.ui.card_states import Surroundings
from lib.ui.first_steps import draw_first_steps
from lib.ui.page_files import HISTORY
from lib.ui.run_card import draw_card

FIRST_SHOWN = 12
MORE_AT_A_TIME = 12
TICK_S = 1.0


def draw_runs() -> None:
    """Draw the newest runs, newest on top, or the first steps when there are none."""
    runs = wiring.services().runs
    count = state.shown(at_least=FIRST_SHOWN)
    found = runs.recent(count + 1)
    is_live = runs.has_open()
    _draw_undo()
    if not found:
        draw_first_steps()
    changing = _changing(found[:count])
    oldest = _place(changing[-1]) if changing else None
    # The fragment stays when nothing is open, without its timer: a last tick may be on its way.
    st.fragment(_draw_changing, run_every=TICK_S if is_live else None)(oldest, count, is_live)
    for run in found[len(changing) : count]:
        draw_card(run, surroundings())
    if len(found) > count:
        _draw_more(count)


def surroundings() -> Surroundings:
    """What the cards have to know beside their runs."""
    services = wiring.services()
    return Surroundings(
        wiring.clock().now_ms(), services.settings.plantain_max_open_runs, services.executes
    )


def _changing(runs: list[Run]) -> list[Run]:
    """The runs from the newest down to the oldest that is open: only these need redrawing."""
    last_open = max((place for place, run in enumerate(runs) if run.is_open), default=-1)
    return runs[: last_open + 1]


def _place(run: Run) -> tuple[int, str]:
    """Where it is in their order: an id alone does not tell, as that of a cell's run."""
    return run.created_at, run.id


def _draw_changing(oldest: tuple[int, str] | None, count: int, is_live: bool) -> None:
    """Draw the runs down to `oldest` anew; the whole page once the last of them has ended."""
    runs = wiring.services().runs
    if state.take_whole_page() or banner.is_stale() or (is_live and not runs.has_open()):
        st.rerun()
    if oldest is None:
        return
    for run in runs.recent(count):
        if _place(run) >= oldest:
            draw_card(run, surroundings())


def _draw_undo() -> None:
    run_id = state.deleted()
    if run_id is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("The run was deleted. Its cost stays in the accounts.", width="content")
        st.button(
            "Undo",
            key="undo_delete",
            icon=":material/undo:",
            type="tertiary",
            on_click=card_actions.undo_delete,
            args=(run_id,),
        )


def _draw_more(count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Show more",
            key="show_more",
            icon=":material/expand_more:",
            on_click=state.show,
            args=(count + MORE_AT_A_TIME,),
        )
        st.page_link(HISTORY, label="All runs", icon=":material/history:", width="content")

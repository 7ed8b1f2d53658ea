"""From an opened run to those beside it, in the order of what is shown, without closing it."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.services.history_search import HistorySearch, Neighbours
from lib.ui import history_alike, history_link, person


def draw(search: HistorySearch, query: HistoryQuery, run_id: str) -> None:
    """Draw the ways to its neighbours."""
    compared = [one.run_id for one in history_link.compared()]
    if compared:
        beside = among(compared, run_id)
    elif history_link.liked():
        beside = among(history_alike.ids(), run_id)
    else:
        beside = search.neighbours(query, run_id, viewer=person.name())
    _draw_ways(beside)


def draw_among(ids: Sequence[str], run_id: str) -> None:
    """Draw the ways to the runs before and after one among these."""
    _draw_ways(among(ids, run_id))


def _draw_ways(beside: Neighbours) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        _way("Previous", "previous_run", ":material/chevron_left:", beside.previous)
        _way("Next", "next_run", ":material/chevron_right:", beside.next)


def among(ids: Sequence[str], run_id: str) -> Neighbours:
    """The runs before and after one among these; none where it is not one of them."""
    if run_id not in ids:
        return Neighbours(None, None)
    at = ids.index(run_id)
    return Neighbours(ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)


def _way(label: str, key: str, icon: str, run_id: str | None) -> None:
    st.button(
        label,
        key=f"history_{key}",
        icon=icon,
        type="tertiary",
        disabled=run_id is None,
        on_click=history_link.open_run,
        args=(run_id,),
    )

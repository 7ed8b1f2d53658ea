"""What stands above the runs: the search, the order, the filters, the view, the way to the bin."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.ui import (
    bring_in,
    bring_in_work,
    drop_anywhere,
    history_bin,
    history_chips,
    history_collections,
    history_filters,
    history_link,
    history_paging,
    history_saved,
    history_search,
    history_selection,
    history_view_choice,
    history_work,
    take_away,
    take_away_progress,
)

MOST_NOTES = 5


def draw(services: Services, query: HistoryQuery) -> None:
    """Draw it, with what of the address could not be read."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        history_search.draw_text(query)
        history_search.draw_order(query)
        history_filters.draw_switch(query)
        history_saved.draw(services.organising, query)
        history_collections.draw(services.organising, query)
        history_view_choice.draw()
        whole = history_selection.is_whole(query)
        take_away.draw(query, () if whole else history_selection.ids())
        bring_in.draw()
        history_paging.draw_way_to_bin(query)
    for note in history_link.notes()[:MOST_NOTES]:
        st.text(note)  # it may quote the address
    if query.deleted:
        history_bin.draw(services)
    history_chips.draw(query, services.organising)
    history_filters.draw(services.search, query)
    history_work.draw(services)
    bring_in_work.draw()
    take_away_progress.draw()
    drop_anywhere.draw()

"""What can be done to the selected runs, or to all that answer the question."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.domain.history_query import HistoryQuery
from lib.domain.organising import BEST_RATING, LONGEST_NAME
from lib.services.organising import OrganisingService
from lib.ui import (
    history_bin,
    history_collections,
    history_link,
    history_selection,
    history_work,
    person,
    take_away,
)
from lib.ui.compare import FEWEST, MOST
from lib.ui.history_filter_words import number

TAG = "history_bulk_tag"
COLLECTION = "history_bulk_collection"
RATING = "history_bulk_rating"


def draw(services: Services, query: HistoryQuery, total: int, *, is_exact: bool) -> None:
    """Draw how many are selected, and what to do with them, in the row that is being drawn."""
    is_whole = history_selection.is_whole(query)
    count = number(total, is_exact=is_exact)
    if not is_whole:
        words = f"All {count} that match" if query.is_filtered else f"Select all {count}"
        _button(words, "all", "select_all", history_selection.select_whole, query)
    if is_whole:
        st.caption(f"All {count} selected", width="content")
        _draw_what_to_do(services, query)
    else:
        draw_selected(services, query)


def draw_selected(services: Services, query: HistoryQuery) -> None:
    """The same of the runs that are selected one by one, when there are any."""
    selected = len(history_selection.ids())
    if selected:
        st.caption(f"{selected:,} selected", width="content")
        if FEWEST <= selected <= MOST and not query.deleted:
            _button("Compare", "compare", "compare", _compare)
        _draw_what_to_do(services, query)


def _draw_what_to_do(services: Services, query: HistoryQuery) -> None:
    if query.deleted:
        _draw_in_bin(services, query)
    else:
        _draw_actions(services, query)
    _button("Clear selection", "clear_selection", "close", history_selection.clear)


def _draw_actions(services: Services, query: HistoryQuery) -> None:
    organising = services.organising
    with st.popover("Mark", icon=":material/favorite:", type="tertiary", key="history_mark"):
        _button("Favourite", "favour", "favorite", _favour, services, query, True)
        _button("No favourite", "unfavour", "heart_minus", _favour, services, query, False)
        st.segmented_control(
            "Rating",
            [*range(1, BEST_RATING + 1)],
            key=RATING,
            format_func=lambda rating: f"{rating} ★",
        )
        _button("Rate", "rate", "star", _rate, services, query)
    with st.popover("Tag", icon=":material/sell:", type="tertiary", key="history_tagging"):
        st.selectbox(
            "Tag",
            organising.tags(),
            index=None,
            key=TAG,
            accept_new_options=True,
            placeholder=f"Choose or write one, {LONGEST_NAME} characters at most",
        )
        _button("Put on", "tag", "new_label", _tag, services, query, True)
        _button("Take off", "untag", "label_off", _tag, services, query, False)
    with st.popover("Collect", icon=":material/folder:", type="tertiary", key="history_collecting"):
        names = {one.id: one.name for one in history_collections.seen(organising).values()}
        st.selectbox(
            "Collection",
            list(names),
            index=None,
            key=COLLECTION,
            format_func=lambda one: names.get(one, str(one)),
            accept_new_options=True,
            placeholder="Choose one, or name a new one",
            help="A new one is yours alone until you share it under Collections.",
        )
        _button("Put in", "collect", "create_new_folder", _collect, services, query, True)
        _button("Take out", "uncollect", "folder_off", _collect, services, query, False)
    with st.popover(
        "Download", icon=":material/download:", type="tertiary", key="history_download"
    ):
        take_away.draw_links(history_selection.chosen(query), "history_download")
    _button("Delete", "delete_selected", "delete", _delete, services, query)


def _draw_in_bin(services: Services, query: HistoryQuery) -> None:
    _button("Restore", "restore_selected", "restore_from_trash", _restore, services, query)
    if not history_selection.is_whole(query):
        history_bin.draw_erase(services)


def _button(label: str, key: str, icon: str, does: object, *args: object) -> None:
    st.button(
        label,
        key=f"history_{key}",
        icon=f":material/{icon}:",
        type="tertiary",
        on_click=does,  # type: ignore[arg-type]
        args=args,
    )


# -- actions -------------------------------------------------------------------------------------


def _compare() -> None:
    history_link.compare(history_link.Compared(run_id) for run_id in history_selection.ids())


def _favour(services: Services, query: HistoryQuery, is_favourite: bool) -> None:
    chosen, by = history_selection.chosen(query), person.name()
    history_work.begin(
        services,
        chosen,
        lambda progress: services.organising.favour(chosen, is_favourite, by=by, progress=progress),
    )


def _rate(services: Services, query: HistoryQuery) -> None:
    chosen, by, rating = history_selection.chosen(query), person.name(), st.session_state[RATING]
    history_work.begin(
        services,
        chosen,
        lambda progress: services.organising.rate(chosen, rating, by=by, progress=progress),
    )


def _tag(services: Services, query: HistoryQuery, puts_on: bool) -> None:
    chosen, by, name = history_selection.chosen(query), person.name(), st.session_state[TAG] or ""
    act = services.organising.tag if puts_on else services.organising.untag
    history_work.begin(
        services, chosen, lambda progress: act(chosen, name, by=by, progress=progress)
    )


def _collect(services: Services, query: HistoryQuery, puts_in: bool) -> None:
    chosen, by = history_selection.chosen(query), person.name()
    into = _collection(services.organising, st.session_state[COLLECTION])
    if into is None:
        return
    act = services.organising.collect if puts_in else services.organising.uncollect
    history_work.begin(
        services, chosen, lambda progress: act(chosen, into, by=by, progress=progress)
    )


def _collection(organising: OrganisingService, chosen: int | str | None) -> int | None:
    if chosen is None:
        history_work.refuse("Choose a collection first.")
        return None
    try:
        return history_collections.found_or_made(organising, chosen)
    except PlantainError as error:
        history_work.refuse(str(error))
        return None


def _delete(services: Services, query: HistoryQuery) -> None:
    chosen, by = history_selection.chosen(query), person.name()
    history_work.begin(
        services,
        chosen,
        lambda progress: services.organising.delete(chosen, by=by, progress=progress),
    )
    history_selection.clear()


def _restore(services: Services, query: HistoryQuery) -> None:
    chosen, by = history_selection.chosen(query), person.name()
    history_work.begin(
        services,
        chosen,
        lambda progress: services.organising.restore(chosen, by=by, progress=progress),
    )
    history_selection.clear()

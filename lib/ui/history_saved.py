"""Searches with a name: kept, found again, renamed, replaced and deleted.

Names are what people wrote: they stand in fields and choices, which show plain text.
"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.domain.organising import NameUnusable, SavedSearch, Sharing, usable_name
from lib.services.organising import OrganisingService
from lib.ui import history_link, history_naming, person
from lib.ui.history_work import Done

BOX = "history_saved"
CHOICE = "history_saved_choice"
NEW = "history_saved_new"
LAST = "history_saved_last"
"""The id of the search that was asked for last."""
TAKEN = "history_saved_taken"
"""The search whose name was just typed for another one."""
GONE = "There is no such search any more: choose another."
IS_TAKEN = "You have a search of this name already: choose another name, or replace it."
_button = partial(history_naming.draw_button, BOX)


def draw(organising: OrganisingService, query: HistoryQuery) -> None:
    """Draw the box; what is in it is looked up when it is opened."""
    box = st.popover("Saved", icon=":material/bookmark:", key=BOX, on_change="rerun")
    if box.open:
        with box:
            _draw_content(organising, query)


def chosen_of(searches: Sequence[SavedSearch], query: HistoryQuery) -> SavedSearch | None:
    """The search that is looked at: one that asks just this, or the one that was left from."""
    last = st.session_state.get(LAST)
    same = [one for one in searches if one.query == query]
    left = [one for one in searches if one.id == last and query.is_filtered]
    return next(
        iter([*(one for one in same if one.id == last), *same, *left]),
        None,
    )


def _draw_content(organising: OrganisingService, query: HistoryQuery) -> None:
    searches = organising.searches(viewer=person.name())
    chosen = chosen_of(searches, query)
    if searches:
        _draw_choice(searches, chosen)
    else:
        st.caption("Words, filters and order can be kept under a name. None is kept yet.")
    if chosen is not None:
        _draw_chosen(organising, chosen, query)
    if chosen is None or chosen.query != query:
        _draw_new(organising, query)
    history_naming.draw_problem(BOX)
    _draw_taken(organising, query)


def _draw_choice(searches: Sequence[SavedSearch], chosen: SavedSearch | None) -> None:
    known = {one.id: one for one in searches}
    st.session_state[CHOICE] = chosen and chosen.id
    st.selectbox(
        "Saved searches",
        list(known),
        key=CHOICE,
        index=None,
        format_func=lambda one: _words(known[one]) if one in known else "",
        placeholder="Choose one",
        on_change=_apply_choice,
        args=(known,),
    )


def _words(search: SavedSearch) -> str:
    return history_naming.with_sharing(search.name, search.sharing)


def _draw_chosen(organising: OrganisingService, chosen: SavedSearch, query: HistoryQuery) -> None:
    """The chosen search: taken up again or replaced where it was left, renamed, deleted."""
    if chosen.query != query:
        st.caption("What is shown now differs from it.")
        with st.container(horizontal=True):
            _button("Back to it", "back", "undo", _ask, chosen)
            _button("Replace it by this", "replace", "save", _replace, organising, chosen, query)
    key = f"{BOX}_{chosen.id}"
    with st.expander("Rename, share or delete", icon=":material/edit:", key=f"{key}_edit"):
        history_naming.draw_fields(key, name=chosen.name, sharing=chosen.sharing)
        with st.container(horizontal=True):
            _button("Apply", "rename", "check", _rename, organising, chosen, key)
            _button("Delete", "delete", "delete", _delete, organising, chosen)


def _draw_new(organising: OrganisingService, query: HistoryQuery) -> None:
    st.markdown("Save what is shown now")
    history_naming.draw_fields(NEW)
    _button("Save", "save", "bookmark_add", _save, organising, query)


def _draw_taken(organising: OrganisingService, query: HistoryQuery) -> None:
    taken: SavedSearch | None = st.session_state.pop(TAKEN, None)
    if taken is not None:
        _button("Replace it", "overwrite", "save", _replace, organising, taken, query)


# -- actions -------------------------------------------------------------------------------------


def _apply_choice(known: dict[int, SavedSearch]) -> None:
    found = known.get(st.session_state[CHOICE])
    if found is None:
        st.session_state.pop(LAST, None)
    else:
        _ask(found)


def _ask(search: SavedSearch) -> None:
    st.session_state[LAST] = search.id
    history_naming.close(BOX)
    history_link.ask(search.query)


def _save(organising: OrganisingService, query: HistoryQuery) -> None:
    name, sharing = history_naming.typed(NEW)

    def work() -> Done:
        kept = usable_name(name)
        for known in organising.searches(viewer=person.name()):
            if (known.name, known.created_by) == (kept, person.name()):
                st.session_state[TAKEN] = known
                raise NameUnusable(IS_TAKEN)
        made = organising.save_search(kept, query, sharing=sharing, by=person.name())
        st.session_state[LAST] = made
        return Done(
            "The search was saved.", lambda: organising.delete_search(made, by=person.name())
        )

    history_naming.attempt(BOX, work)


def _replace(organising: OrganisingService, search: SavedSearch, query: HistoryQuery) -> None:
    def put(asked: HistoryQuery) -> None:
        organising.save_search(search.name, asked, sharing=search.sharing, by=search.created_by)

    def work() -> Done:
        put(query)
        st.session_state[LAST] = search.id
        return Done("The search was replaced.", lambda: put(search.query))

    history_naming.attempt(BOX, work)


def _rename(organising: OrganisingService, search: SavedSearch, key: str) -> None:
    name, sharing = history_naming.typed(key)

    def put(name: str, sharing: Sharing) -> None:
        if not organising.change_search(search.id, name=name, sharing=sharing, by=person.name()):
            raise NameUnusable(GONE)

    def work() -> Done:
        put(name, sharing)
        return Done("The search was changed.", lambda: put(search.name, search.sharing))

    history_naming.attempt(BOX, work)


def _delete(organising: OrganisingService, search: SavedSearch) -> None:
    def work() -> Done:
        organising.delete_search(search.id, by=person.name())
        return Done("The search was deleted.", lambda: organising.bring_back_search(search))

    history_naming.attempt(BOX, work)

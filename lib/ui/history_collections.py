"""Collections: looked at, made, renamed, shared and deleted, from a box above the runs."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.domain.organising import Collection, NameUnusable, Sharing
from lib.services.organising import OrganisingService
from lib.ui import history_link, history_naming, person
from lib.ui.history_filter_words import counted
from lib.ui.history_work import Done

BOX = "history_collections"
CHOICE = "history_collections_choice"
NEW = "history_collections_new"
FILTER = "collection"
GONE = "There is no such collection any more: choose another."
_button = partial(history_naming.draw_button, BOX)


def draw(organising: OrganisingService, query: HistoryQuery) -> None:
    """Draw the box; what is in it is looked up when it is opened."""
    box = st.popover("Collections", icon=":material/folder:", key=BOX, on_change="rerun")
    if box.open:
        with box:
            _draw_content(organising, query)


def seen(organising: OrganisingService, *, is_counted: bool = False) -> dict[int, Collection]:
    """The collections that the person sees, by id and in the order of their names."""
    found = organising.collections(viewer=person.name(), is_counted=is_counted)
    return {one.id: one for one in found}


def found_or_made(organising: OrganisingService, chosen: int | str) -> int:
    """The collection that was chosen, or one of the name that was typed; if need be a new one.

    Raises NameUnusable.
    """
    if isinstance(chosen, int):
        return chosen
    name = " ".join(chosen.split()).lower()
    known = (one.id for one in seen(organising).values() if one.name.lower() == name)
    return next(known, None) or organising.make_collection(
        chosen, sharing=Sharing.PRIVATE, by=person.name()
    )


def _draw_content(organising: OrganisingService, query: HistoryQuery) -> None:
    known = seen(organising, is_counted=True)
    looked_at = [known[int(one)] for one in query.chosen(FILTER) if _is_known(one, known)]
    if known:
        _draw_choice(known, looked_at[0] if len(looked_at) == 1 else None)
    else:
        st.caption("Runs that belong together. There is no collection yet.")
    if len(looked_at) == 1:
        _draw_chosen(organising, looked_at[0])
    with st.expander("New collection", icon=":material/add:", expanded=not known):
        history_naming.draw_fields(NEW)
        _button("Make it", "make", "create_new_folder", _make, organising)
    history_naming.draw_problem(BOX)


def _is_known(value: str, known: Mapping[int, Collection]) -> bool:
    return value.isascii() and value.isdecimal() and int(value) in known


def _draw_choice(known: Mapping[int, Collection], looked_at: Collection | None) -> None:
    st.session_state[CHOICE] = looked_at and looked_at.id
    st.selectbox(
        "Collections",
        list(known),
        key=CHOICE,
        index=None,
        format_func=lambda one: _words(known[one]) if one in known else "",
        placeholder="Look at one",
        on_change=_look_at_choice,
    )


def _words(one: Collection) -> str:
    name = history_naming.with_sharing(one.name, one.sharing)
    return counted(name, one.runs, is_exact=True)


def _draw_chosen(organising: OrganisingService, chosen: Collection) -> None:
    key = f"{BOX}_{chosen.id}"
    with st.expander("Rename, share or delete", icon=":material/edit:", key=f"{key}_edit"):
        history_naming.draw_fields(key, name=chosen.name, sharing=chosen.sharing)
        with st.container(horizontal=True):
            _button("Apply", "rename", "check", _rename, organising, chosen, key)
            _button("Delete", "delete", "delete", _delete, organising, chosen)
        st.caption("Its runs stay in the history.")


# -- actions -------------------------------------------------------------------------------------


def _look_at_choice() -> None:
    chosen, now = st.session_state[CHOICE], history_link.asked()
    history_naming.close(BOX)
    if chosen is None:
        history_link.ask(now.where(FILTER))
    else:
        history_link.ask(HistoryQuery(sort=now.sort).where(FILTER, str(chosen)))


def _make(organising: OrganisingService) -> None:
    name, sharing = history_naming.typed(NEW)

    def work() -> Done:
        made = organising.make_collection(name, sharing=sharing, by=person.name())
        return Done(
            "The collection was made. Select runs and put them in with Collect.",
            lambda: organising.delete_collection(made, by=person.name()),
        )

    history_naming.attempt(BOX, work)


def _rename(organising: OrganisingService, before: Collection, key: str) -> None:
    name, sharing = history_naming.typed(key)

    def put(name: str, sharing: Sharing) -> None:
        if not organising.change_collection(
            before.id, name=name, sharing=sharing, by=person.name()
        ):
            raise NameUnusable(GONE)

    def work() -> Done:
        put(name, sharing)
        return Done("The collection was changed.", lambda: put(before.name, before.sharing))

    history_naming.attempt(BOX, work)


def _delete(organising: OrganisingService, collection: Collection) -> None:
    asked = history_link.asked()

    def work() -> Done:
        removed = organising.delete_collection(collection.id, by=person.name())
        if removed is None:
            raise NameUnusable(GONE)

        def bring_back() -> None:
            made = organising.bring_back_collection(removed)
            history_link.ask(asked.where(FILTER, str(made)))

        history_link.ask(asked.where(FILTER))
        return Done("The collection was deleted. Its runs are still here.", bring_back)

    history_naming.attempt(BOX, work)

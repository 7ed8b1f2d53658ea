"""What people have marked an opened run with, to see and to change.

That is: favourite, rating, tags, collections and note.
"""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.domain.organising import BEST_RATING, LONGEST_REMARK, Marks
from lib.domain.run import Run
from lib.services.organising import OrganisingService
from lib.ui import history_collections, person
from lib.ui.refusal import draw_refusal

KEY = "history_mark_{}_{}"
PROBLEM = "history_mark_problem"


def draw(services: Services, run: Run) -> None:
    """Draw the marks; each change is kept at once."""
    marks = services.search.marks(run.id)
    if marks is None:
        return
    organising = services.organising
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Favourite" if marks.favourite else "Make favourite",
            key=KEY.format("favourite", run.id),
            icon=":material/heart_check:" if marks.favourite else ":material/favorite:",
            type="tertiary",
            on_click=_favour,
            args=(organising, run.id, not marks.favourite),
        )
        _draw_rating(organising, run.id, marks)
    _draw_tags(organising, run.id, marks)
    _draw_collections(organising, run.id)
    _draw_remark(organising, run.id, marks)
    if problem := st.session_state.pop(PROBLEM, None):
        draw_refusal(problem)


def _favour(organising: OrganisingService, run_id: str, is_favourite: bool) -> None:
    organising.favour([run_id], is_favourite, by=person.name())


def _draw_rating(organising: OrganisingService, run_id: str, marks: Marks) -> None:
    key = KEY.format("rating", run_id)

    def rate() -> None:
        organising.rate([run_id], st.session_state[key], by=person.name())

    st.session_state[key] = marks.rating
    st.pills(
        "Rating",
        range(1, BEST_RATING + 1),
        key=key,
        format_func=lambda rating: f"{rating} ★",
        label_visibility="collapsed",
        on_change=rate,
    )


def _draw_tags(organising: OrganisingService, run_id: str, marks: Marks) -> None:
    key = KEY.format("tags", run_id)
    st.session_state[key] = list(marks.tags)
    st.multiselect(
        "Tags",
        sorted({*organising.tags(), *marks.tags}),
        key=key,
        accept_new_options=True,
        placeholder="Add a tag",
        on_change=_keep_tags,
        args=(organising, run_id, marks.tags, key),
    )


def _keep_tags(
    organising: OrganisingService, run_id: str, before: tuple[str, ...], key: str
) -> None:
    now = st.session_state[key]
    try:
        for name in (one for one in now if one not in before):
            organising.tag([run_id], name, by=person.name())
        for name in (one for one in before if one not in now):
            organising.untag([run_id], name, by=person.name())
    except PlantainError as error:
        st.session_state[PROBLEM] = str(error)


def _draw_collections(organising: OrganisingService, run_id: str) -> None:
    key = KEY.format("collections", run_id)
    names = {one.id: one.name for one in history_collections.seen(organising).values()}
    before = tuple(organising.collections_of(run_id, viewer=person.name()))
    st.session_state[key] = [one for one in before if one in names]
    st.multiselect(
        "Collections",
        list(names),
        key=key,
        format_func=lambda one: names.get(one, str(one)),
        accept_new_options=True,
        placeholder="Put it into a collection, or name a new one",
        on_change=_keep_collections,
        args=(organising, run_id, before, key),
    )


def _keep_collections(
    organising: OrganisingService, run_id: str, before: tuple[int, ...], key: str
) -> None:
    now = st.session_state[key]
    try:
        for one in (one for one in now if one not in before):
            into = history_collections.found_or_made(organising, one)
            organising.collect([run_id], into, by=person.name())
        for one in (one for one in before if one not in now):
            organising.uncollect([run_id], one, by=person.name())
    except PlantainError as error:
        st.session_state[PROBLEM] = str(error)


def _draw_remark(organising: OrganisingService, run_id: str, marks: Marks) -> None:
    key = KEY.format("note", run_id)

    def write() -> None:
        organising.write_remark(run_id, st.session_state[key], by=person.name())

    st.session_state[key] = marks.remark
    st.text_area(
        "Note",
        key=key,
        max_chars=LONGEST_REMARK,
        height=80,
        placeholder="What should be remembered of it? The search finds it.",
        on_change=write,
    )

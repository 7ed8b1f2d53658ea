"""What stands where in the grid of an experiment, what is hidden, and which page is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from lib.domain.experiment import Design
from lib.domain.experiment_layout import Layout, Page, names_of, values_of
from lib.ui import experiment_layout_link as link
from lib.ui.cost_figures import counted
from lib.ui.plain import excerpt

DOWN, ACROSS, PAGES = "Down", "Across", "Pages"
PLACES = (DOWN, ACROSS, PAGES)
PLACE, HIDE, PAGE = "experiment_place_{}", "experiment_hide_{}", "experiment_page"
LONGEST_WORD = 60


def draw(design: Design, layout: Layout, pages: Sequence[Page], number: int) -> None:
    """Draw the choices in a line above the grid; each is kept in the address."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Layout", icon=":material/view_quilt:", key="experiment_layout"):
            for name in names_of(design):
                _draw_axis(design, layout, name)
        hidden = sum(map(len, layout.hidden.values()))
        if hidden:
            st.button(
                f"Show {counted(hidden, 'hidden value')}",
                key="experiment_show_all",
                icon=":material/visibility:",
                type="tertiary",
                on_click=link.choose,
                args=(replace(layout, hidden={}), design),
            )
        if layout.pages and pages:
            _draw_pages(layout, pages, number)


def _draw_axis(design: Design, layout: Layout, name: str) -> None:
    place, hide = PLACE.format(name), HIDE.format(name)
    st.session_state[place] = _place_of(layout, name)
    st.segmented_control(
        f"`{name}`",
        PLACES,
        key=place,
        required=True,
        on_change=_place,
        args=(design, layout, name),
    )
    words = values_of(design)[name]
    if len(words) > 1:
        labels = _labels(words)
        st.session_state[hide] = [word for word in words if word in layout.hidden.get(name, ())]
        st.multiselect(
            f"Hide values of {name}",
            words,
            key=hide,
            format_func=labels.__getitem__,
            placeholder="Hide values",
            label_visibility="collapsed",
            on_change=_hide,
            args=(design, layout, name),
        )


def _labels(words: Sequence[str]) -> dict[str, str]:
    """Short, and still told apart: a number goes before those that begin alike."""
    short = {word: excerpt(word, LONGEST_WORD) for word in words}
    often = Counter(short.values())
    return {
        word: f"{nth}. {text}" if often[text] > 1 else text
        for nth, (word, text) in enumerate(short.items(), start=1)
    }


def _place_of(layout: Layout, name: str) -> str:
    if name in layout.columns:
        return ACROSS
    return PAGES if name in layout.pages else DOWN


def _place(design: Design, layout: Layout, name: str) -> None:
    link.choose(moved(design, layout, name, str(st.session_state[PLACE.format(name)])), design)


def moved(design: Design, layout: Layout, name: str, place: str) -> Layout:
    """The layout with one column of the design elsewhere, each direction in the design's order."""
    places = {one: _place_of(layout, one) for one in names_of(design)} | {name: place}
    found = {where: tuple(one for one, at in places.items() if at == where) for where in PLACES}
    return Layout(found[DOWN], found[ACROSS], found[PAGES], layout.hidden)


def _hide(design: Design, layout: Layout, name: str) -> None:
    words = frozenset(st.session_state[HIDE.format(name)])
    link.choose(replace(layout, hidden={**layout.hidden, name: words}), design)


def _draw_pages(layout: Layout, pages: Sequence[Page], number: int) -> None:
    _draw_turn("Previous page", "chevron_left", layout, pages, number - 1)
    st.session_state[PAGE] = number
    st.selectbox(
        "Page",
        range(len(pages)),
        key=PAGE,
        width=300,
        format_func=lambda nth: _named(layout, pages[nth], nth, len(pages)),
        label_visibility="collapsed",
        on_change=lambda: link.turn_to(layout, pages[st.session_state[PAGE]]),
    )
    _draw_turn("Next page", "chevron_right", layout, pages, number + 1)


def _named(layout: Layout, page: Page, nth: int, count: int) -> str:
    words = zip(layout.pages, page.words, strict=True)
    told = " · ".join(f"{name}: {excerpt(word, LONGEST_WORD)}" for name, word in words)
    return f"{nth + 1} of {count} · {told}"


def _draw_turn(label: str, icon: str, layout: Layout, pages: Sequence[Page], number: int) -> None:
    is_there = 0 <= number < len(pages)
    st.button(
        "",
        key=f"experiment_{label.partition(' ')[0].lower()}_page",
        icon=f":material/{icon}:",
        type="tertiary",
        help=label,
        disabled=not is_there,
        on_click=link.turn_to,
        args=(layout, pages[number]) if is_there else (layout, pages[0]),
    )

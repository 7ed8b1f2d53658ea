"""The chosen filters of the history, each of which can be taken away."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from lib.domain.history_link import minute
from lib.domain.history_query import HistoryQuery
from lib.services.organising import OrganisingService
from lib.ui import history_link, money, person
from lib.ui.history_filter_words import title, words

KEY = "history_chips"
Chip = tuple[str, str]
"""The name of a filter, or the attribute of a range; and its value."""
RANGES = {
    "cost_from_micros": "Cost from",
    "cost_to_micros": "Cost to",
    "created_from": "From",
    "created_to": "To",
    "clicked_from_ms": "Clicked from",
    "clicked_to_ms": "Clicked before",
}


def draw(query: HistoryQuery, organising: OrganisingService) -> None:
    """Draw them, when there are any.

    A field of several values shows plain text, where a button would show Markdown.
    """
    chips = list(chips_of(query))
    if not chips:
        return
    collections = _names(organising) if query.chosen("collection") else {}
    st.session_state[KEY] = chips
    st.multiselect(
        "Chosen filters",
        chips,
        key=KEY,
        format_func=lambda chip: chip_words(chip, collections),
        label_visibility="collapsed",
        on_change=_keep,
    )


def _names(organising: OrganisingService) -> dict[str, str]:
    return {
        str(one.id): one.name
        for one in organising.collections(viewer=person.name(), is_counted=False)
    }


def chips_of(query: HistoryQuery) -> Iterator[Chip]:
    """What is chosen, one by one."""
    for name, values in query.filters:
        for value in values:
            yield name, value
    for attribute in RANGES:
        value = getattr(query, attribute)
        if value is not None:
            yield attribute, str(value)


def chip_words(chip: Chip, collections: Mapping[str, str]) -> str:
    """A chip in words: `resolution: 2K`, `Cost from: $0.080`. Collections are named by id."""
    name, value = chip
    if name in RANGES:
        return f"{RANGES[name]}: {_bound(name, value)}"
    if name == "collection":
        return f"{title(name)}: {collections.get(value, f'{value} (not here any more)')}"
    return f"{title(name)}: {words(name, value)}"


def _bound(name: str, value: str) -> str:
    if name.endswith("micros"):
        return money.price(int(value))
    return minute(int(value)) if name.endswith("ms") else value


def without(query: HistoryQuery, chip: Chip) -> HistoryQuery:
    """The question with a chip taken away."""
    name, value = chip
    if name in RANGES:
        nothing: dict[str, Any] = {name: None}
        return replace(query, **nothing)
    return query.toggled(name, value)


def _keep() -> None:
    query = history_link.asked()
    for chip in chips_of(query):
        if chip not in st.session_state[KEY]:
            query = without(query, chip)
    history_link.ask(query)

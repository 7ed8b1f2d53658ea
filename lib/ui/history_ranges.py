"""The filters of the history that are typed: days, costs, the seed."""

from dataclasses import replace
from datetime import date

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.domain.money import MICROS_PER_DOLLAR, dollars_from_micros
from lib.ui import history_link

DAYS = {"created_from": "From", "created_to": "To"}
COSTS = {"cost_from_micros": "Cost from", "cost_to_micros": "Cost to"}
SEED = "seed"
KEY = "history_range_{}"
MOST_DOLLARS = 1e9


def draw(query: HistoryQuery) -> None:
    """Draw their fields."""
    for row in (DAYS, COSTS):
        with st.container(horizontal=True):
            for attribute, label in row.items():
                _draw_day(query, attribute, label) if row is DAYS else _draw_cost(
                    query, attribute, label
                )
    st.session_state[KEY.format(SEED)] = " ".join(query.chosen(SEED))
    st.text_input(
        SEED,
        key=KEY.format(SEED),
        help="Asked for, or used by the API. Several with a space between.",
        max_chars=200,
        on_change=_choose_seed,
    )


def _draw_day(query: HistoryQuery, attribute: str, label: str) -> None:
    st.session_state[KEY.format(attribute)] = getattr(query, attribute)
    st.date_input(
        label,
        key=KEY.format(attribute),
        value=None,
        min_value=date.min,
        max_value=date.max,
        format="YYYY-MM-DD",
        on_change=_choose_day,
        args=(attribute,),
        width=130,
    )


def _draw_cost(query: HistoryQuery, attribute: str, label: str) -> None:
    micros = getattr(query, attribute)
    st.session_state[KEY.format(attribute)] = (
        None if micros is None else float(dollars_from_micros(micros))
    )
    st.number_input(
        label,
        key=KEY.format(attribute),
        value=None,
        min_value=-MOST_DOLLARS,
        max_value=MOST_DOLLARS,
        step=0.01,
        format="%.3f",
        placeholder="USD",
        on_change=_choose_cost,
        args=(attribute,),
        width=130,
    )


def _choose_day(attribute: str) -> None:
    _ask(attribute, st.session_state[KEY.format(attribute)])


def _choose_cost(attribute: str) -> None:
    dollars = st.session_state[KEY.format(attribute)]
    _ask(attribute, None if dollars is None else round(dollars * MICROS_PER_DOLLAR))


def _choose_seed() -> None:
    seeds = st.session_state[KEY.format(SEED)].split()
    history_link.ask(history_link.asked().where(SEED, *seeds))


def _ask(attribute: str, value: object) -> None:
    changed: dict[str, object] = {attribute: value}
    history_link.ask(replace(history_link.asked(), **changed))  # type: ignore[arg-type]

"""The address of the report of costs: it alone says what is asked, so that Back undoes every click."""

from urllib.parse import urlencode

import streamlit as st

from lib.domain.cost_query import CostQuery, parameters_of, query_from
from lib.domain.history_link import parameters_of as history_parameters
from lib.domain.history_query import HistoryQuery
from lib.services.costs import CostService
from lib.ui import address

SAID = r"#(.+)$"
"""What a link column shows of an address."""
OUT_OF_PERIOD = "What at names is not in the period: it was left out."


def asked() -> CostQuery:
    """The question of the address; what is wrong in it is left out."""
    return _read()[0]


def ask(query: CostQuery) -> None:
    """Ask another question."""
    st.query_params.from_dict(parameters_of(query))


def follow(costs: CostService) -> CostQuery:
    """The question of the address, and below the title what of it could not be used."""
    query, notes = _read()
    if not costs.is_in_period(query):
        query, notes = query.during(None), [*notes, OUT_OF_PERIOD]
    if notes:
        with st.container(border=True, key="cost_link_notes", gap="xsmall"):
            st.markdown("A part of the link was not used:")
            for note in notes:
                st.text(note)  # it may quote the address: no Markdown
    return query


def key(name: str, query: CostQuery) -> str:
    """A widget's key that ends with the question: what was selected there goes with it."""
    return f"{name} {sorted(parameters_of(query).items())}"


def history_url(query: HistoryQuery, said: str) -> str:
    """The address of a view of the history, as a table links to it; it shows what is `said`."""
    asked = urlencode(history_parameters(query), doseq=True)
    return f"{address.base()}history?{asked}#{said}"


def _read() -> tuple[CostQuery, list[str]]:
    return query_from({name: st.query_params.get_all(name) for name in st.query_params})

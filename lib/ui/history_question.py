"""The way from a figure to its runs: the address of the history that shows them."""

from urllib.parse import urlencode

from lib.domain.history_link import parameters_of
from lib.domain.history_query import HistoryQuery
from lib.ui import address

SHOWN_AS = "Show runs"


def address_of(query: HistoryQuery) -> str:
    """The whole address, for a table's cell."""
    return f"{address.base()}history?{urlencode(parameters_of(query), doseq=True)}"

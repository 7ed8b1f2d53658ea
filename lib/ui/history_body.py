"""What the history shows: the answer to a question, what looks like a picture, a comparison."""

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.ui import history_alike, history_compared, history_head, history_link, history_views


def draw(services: Services, query: HistoryQuery) -> None:
    """Draw what the address asks for."""
    compared, liked = history_link.compared(), history_link.liked()
    if compared:
        history_compared.draw(services, compared)
    elif liked:
        history_alike.draw(services, query, liked)
    else:
        history_head.draw(services, query)
        history_views.draw(services, query)

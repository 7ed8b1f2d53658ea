"""How the page of runs is shown: as a table or as a gallery."""

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.services.history_search import Page
from lib.ui import (
    history_gallery,
    history_link,
    history_paging,
    history_same_prompt,
    history_table,
    person,
    wiring,
)
from lib.ui.history_search import ORDERS


def draw(services: Services, query: HistoryQuery) -> None:
    """Draw one page of the answer in the view that is chosen, or why there is nothing."""
    place = history_link.place(services, query)
    page = services.search.page(query, place, viewer=person.name())
    if page.runs.empty:
        history_paging.draw_nothing(page, query)
        return
    history_paging.draw_totals(services, query)
    _draw_runs(services, query, page)
    history_paging.draw_pages(page)


def _draw_runs(services: Services, query: HistoryQuery, page: Page) -> None:
    """Draw the runs; where all have one prompt, what differs stands in its place."""
    label = f"Runs, {ORDERS[query.sort].lower()}"
    told = history_same_prompt.told(page.runs) if query.chosen("same_prompt_as") else None
    if told is not None:
        history_same_prompt.draw(told)
    if history_link.view() == "gallery":
        labels = history_same_prompt.labels(page.runs, told or {})
        now_ms = wiring.clock().now_ms()
        history_gallery.draw(services, query, page, now_ms, label, labels)
    else:
        columns = history_table.COLUMNS if told is None else history_table.BESIDE_INPUT
        history_table.draw(page.runs, services.settings.zone, label, told, columns)

"""The API's list of runs, read back to a moment, also from an API that does not keep its word.

It is asked for newest first and left as soon as it has come past that moment in that order. An API
that orders otherwise is read to the end. One that goes in circles, repeats itself or never ends is
left with ListCut, so that nobody takes what was read for all there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.run import RemoteRun
from lib.runflow.api import Client
from lib.runflow.retry import Patience

PAGE = 200
NEWEST_FIRST = "created_at:desc"
MOST_PAGES = 1_000
PAGES_WITHOUT_NEWS = 3
"""So many pages in a row that bring no new run: runs that come in meanwhile push others along."""
ENOUGH_OLDER = 20
"""So many runs in a row from before the moment: then the list has come past it."""
OUT_OF_ORDER_MS = 10 * 60 * 1000
"""A run may stand this far from its place: clocks differ, and so do the times of a run."""


class ListCut(Exception):
    """The list was not read to its end; the message says why."""


def runs_since(client: Client, since: int, *, patience: Patience) -> Iterator[list[RemoteRun]]:
    """The runs that the API took after `since` (ms UTC), a page at a time, each of them once.

    A run that does not say when it was taken is among them. Raises ListCut and ApiError.
    """
    seen: set[str] = set()
    cursors: set[str | None] = set()
    order, without_news, was_empty, pq = _Order(since), 0, False, None
    for _ in range(MOST_PAGES):
        page = client.list_runs(limit=PAGE, sort_by=NEWEST_FIRST, pq=pq, patience=patience)
        news = {run.remote_id: run for run in page.items if run.remote_id not in seen}
        seen.update(news)
        for run in news.values():
            order.take(run.created_ms)
        yield [run for run in news.values() if run.created_ms is None or run.created_ms >= since]
        if page.next is None or order.is_past:
            return
        is_known = page.next in cursors
        if not page.items and (was_empty or is_known):
            return
        without_news = 0 if news else without_news + 1
        if is_known:
            raise ListCut("The API's list of runs goes in circles.")
        if without_news == PAGES_WITHOUT_NEWS:
            raise ListCut("The API's list of runs repeats itself.")
        was_empty, pq = not page.items, page.next
        cursors.add(pq)
    raise ListCut(f"The API's list of runs has no end after {MOST_PAGES:,} pages.")


@dataclass(slots=True)
class _Order:
    """Whether a list comes newest first, and how far past `since` it has come."""

    since: int
    oldest: int | None = None
    is_kept: bool = True
    older_in_a_row: int = 0

    def take(self, at: int | None) -> None:
        """The next run of the list was taken at `at`."""
        if at is None:
            return
        if self.oldest is not None and at > self.oldest + OUT_OF_ORDER_MS:
            self.is_kept = False
        self.oldest = at if self.oldest is None else min(at, self.oldest)
        is_older = at < self.since - OUT_OF_ORDER_MS
        self.older_in_a_row = self.older_in_a_row + 1 if is_older else 0

    @property
    def is_past(self) -> bool:
        """Whether nothing that follows can be of interest."""
        return self.is_kept and self.older_in_a_row >= ENOUGH_OLDER

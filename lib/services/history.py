"""The history: every run of this origin, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.store.tables import Tables

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
COUNTED_UP_TO = 10_000
"""Beyond it nobody reads the exact number, and counting would take longer than the page."""
NUL = "\0"


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of runs, newest first.

    `newer` and `older` are the keys of the pages beside it, None at the ends. `place` is how many
    runs are newer than the page and `total` how many there are; both are None where counting
    would cost more than it tells.
    """

    runs: pd.DataFrame
    newer: str | None
    older: str | None
    place: int | None = None
    total: int | None = None


class HistoryService:
    """Reads the history of one origin."""

    def __init__(self, tables: Tables, *, origin: str) -> None:
        self._tables = tables
        self._origin = origin

    def page(
        self, *, text: str = "", before: str | None = None, after: str | None = None
    ) -> HistoryPage:
        """The runs whose prompt has `text` in it: the newest, or those next to a run.

        `before` gives the page of those older than that id; `after`, without `before`, of those
        newer. Neither needs to be the id of a run that exists.
        """
        # A database reads a text up to its NUL: no prompt could be found by what follows it.
        text = text.replace(NUL, "").strip()
        if after and not before:
            return self._newer_than(after, text)
        found = self._runs(text, before=before)
        runs = found.head(PAGE_SIZE)
        older = str(runs["id"].iloc[-1]) if len(found) > PAGE_SIZE else None
        newer = self._newer_key(runs, before, text) if before else None
        return self._counted(HistoryPage(runs, newer, older), text)

    def _newer_than(self, after: str, text: str) -> HistoryPage:
        found = self._runs(text, after=after)
        if len(found) <= PAGE_SIZE:
            return self.page(text=text)
        runs = found.tail(PAGE_SIZE).reset_index(drop=True)
        page = HistoryPage(runs, str(runs["id"].iloc[0]), str(runs["id"].iloc[-1]))
        return self._counted(page, text)

    def _newer_key(self, runs: pd.DataFrame, before: str, text: str) -> str | None:
        """The key to the page above an older one; `before` itself when there is nothing here."""
        key = before if runs.empty else str(runs["id"].iloc[0])
        return None if self._runs(text, after=key, limit=1).empty else key

    def _runs(self, text: str, *, limit: int = PAGE_SIZE + 1, **key: str | None) -> pd.DataFrame:
        return self._tables.runs(origin=self._origin, limit=limit, text=text, **key)

    def _counted(self, page: HistoryPage, text: str) -> HistoryPage:
        if page.newer is None and page.older is None:
            return HistoryPage(page.runs, None, None, 0, len(page.runs))
        total = None if text else self._count()
        if total is None or page.runs.empty:
            return page
        place = self._count(after=str(page.runs["id"].iloc[0])) if page.newer else 0
        return HistoryPage(page.runs, page.newer, page.older, place, total)

    def _count(self, after: str | None = None) -> int | None:
        found = self._tables.count(origin=self._origin, up_to=COUNTED_UP_TO + 1, after=after)
        return None if found > COUNTED_UP_TO else found

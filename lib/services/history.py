"""The history: every run of this origin, a page at a time."""

from dataclasses import dataclass

import pandas as pd

from lib.store.tables import Tables

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of runs, newest first. `older` is the key of the page after it, if there is one."""

    runs: pd.DataFrame
    older: str | None


class HistoryService:
    """Reads the history of one origin."""

    def __init__(self, tables: Tables, *, origin: str) -> None:
        self._tables = tables
        self._origin = origin

    def page(self, *, text: str = "", before: str | None = None) -> HistoryPage:
        """The runs older than the run `before` whose prompt has `text` in it."""
        found = self._tables.runs(
            origin=self._origin, limit=PAGE_SIZE + 1, before=before, text=text.strip()
        )
        page = found.head(PAGE_SIZE)
        has_more = len(found) > PAGE_SIZE
        return HistoryPage(page, str(page["id"].iloc[-1]) if has_more else None)

"""What is taken away: runs that were chosen, or all that answer a question, a batch at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from lib.domain.history_query import HistoryQuery, Sort
from lib.services.history_search import HistorySearch
from lib.store.tables_history import HistoryTables
from lib.store.taken_runs import TakenRun, TakenRuns

BATCH = 200
"""Runs in memory at a time."""
Selection = Sequence[str] | HistoryQuery
"""The ids of runs, or a question for all that answer it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection of runs, and who looks at them."""

    rows: ClassVar[str] = "runs"
    selection: tuple[str, ...] | HistoryQuery
    viewer: str


def chosen(selection: Selection, *, viewer: str) -> Chosen:
    """A selection as it is kept: each run once."""
    if isinstance(selection, HistoryQuery):
        return Chosen(selection, viewer)
    return Chosen(tuple(dict.fromkeys(selection)), viewer)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads selections, so that no more than a batch is in memory."""

    runs: TakenRuns
    tables: HistoryTables
    search: HistorySearch

    def batches(self, chosen: Chosen) -> Iterator[list[TakenRun]]:
        """The runs in their order: the chosen one, or newest first (oldest first when so asked).

        A question in another order is answered newest first: a cost may change on the way, and no
        run may come twice or be missed for that.
        """
        for ids in self._ids(chosen):
            if runs := self.runs.of(ids):
                yield runs

    def count(self, chosen: Chosen) -> int:
        """How many runs there are, about: some may come or go on the way."""
        if isinstance(chosen.selection, HistoryQuery):
            return self.search.totals(chosen.selection, viewer=chosen.viewer).runs.value
        return len(chosen.selection)

    def _ids(self, chosen: Chosen) -> Iterator[list[str]]:
        if not isinstance(chosen.selection, HistoryQuery):
            ids = list(chosen.selection)
            yield from (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
            return
        query = chosen.selection
        if query.sort is not Sort.OLDEST:
            query = replace(query, sort=Sort.NEWEST)
        asked = self.search.asked(query, chosen.viewer)
        ids = self.tables.ids(asked, limit=BATCH)
        while ids:
            yield ids
            place = self.tables.place_of(asked, ids[-1])
            if place is None or len(ids) < BATCH:
                return
            ids = self.tables.ids(asked, limit=BATCH, cursor=place)

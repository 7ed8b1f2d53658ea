"""Searching the history: a page, the counts beside the filters, the sums, the neighbours of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lib.domain.history_query import Cursor, HistoryQuery, Sort
from lib.domain.organising import Marks
from lib.store.asked import Asked, asked_of
from lib.store.tables_history import HistoryTables, QueryTotals

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the answer to a question.

    `runs` has a row a run (HISTORY_DTYPES, `tags`, the input fields), `pictures` a row a picture of
    these runs (PICTURE_DTYPES). `next` and `previous` are the cursors of the pages beside it, None
    at the ends.
    """

    runs: pd.DataFrame
    pictures: pd.DataFrame
    next: Cursor | None
    previous: Cursor | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All that answers a question, counted: `facets` as FACET_DTYPES says, and the totals."""

    facets: pd.DataFrame
    totals: QueryTotals


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ids of the runs beside one in the order of a question; None at the ends."""

    previous: str | None
    next: str | None


class HistorySearch:
    """Answers questions about the runs of one origin. Days are those of `zone`."""

    def __init__(self, tables: HistoryTables, *, origin: str, zone: ZoneInfo) -> None:
        self._tables = tables
        self._origin = origin
        self._zone = zone

    def page(
        self,
        query: HistoryQuery,
        cursor: Cursor | None = None,
        *,
        viewer: str,
        size: int = PAGE_SIZE,
    ) -> Page:
        """The first page of the answer, or the one at a cursor. `viewer` is who looks at it.

        A page before another one is the first page when there are fewer runs than it has room for.
        """
        asked, size = self.asked(query, viewer), max(1, min(size, LARGEST_PAGE))
        found = self._tables.rows(asked, limit=size, cursor=cursor)
        backwards = cursor is not None and cursor.backwards
        if backwards and not found.has_more:
            return self.page(query, viewer=viewer, size=size)
        has_next = backwards or found.has_more
        if not found.places:
            return Page(found.runs, found.pictures, None, _back_from(cursor, query.sort))
        return Page(
            found.runs,
            found.pictures,
            found.places[-1] if has_next else None,
            replace(found.places[0], backwards=True) if cursor else None,
        )

    def facets(self, query: HistoryQuery, *, viewer: str) -> pd.DataFrame:
        """The counts beside the values of each filter: a row a value, as FACET_DTYPES says.

        A value's count is what choosing it would give: all other filters hold, its own does not.
        """
        return self.summary(query, viewer=viewer).facets

    def summary(self, query: HistoryQuery, *, viewer: str) -> Summary:
        """Both `facets` and `totals` of one moment, in the time of one."""
        return Summary(*self._tables.summary(self.asked(query, viewer)))

    def totals(self, query: HistoryQuery, *, viewer: str) -> QueryTotals:
        """How many runs answer the question, and what they cost."""
        return self._tables.totals(self.asked(query, viewer))

    def neighbours(self, query: HistoryQuery, run_id: str, *, viewer: str) -> Neighbours:
        """The runs before and after one, also when it does not answer the question itself."""
        asked = self.asked(query, viewer)
        here = self._tables.place_of(asked, run_id)
        if here is None:
            return Neighbours(None, None)
        there = Cursor(here.key, here.no, backwards=True)
        following = self._tables.ids(asked, limit=1, cursor=here)
        before = self._tables.ids(asked, limit=1, cursor=there)
        return Neighbours(before[0] if before else None, following[0] if following else None)

    def with_pictures(
        self, distances: Mapping[str, int], *, limit: int = LARGEST_PAGE
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The runs that have one of these pictures, and their pictures with `distance` (Int64)."""
        import pandas as pd

        runs, pictures = self._tables.with_pictures(
            list(distances), origin=self._origin, limit=limit
        )
        far = [distances.get(sha256) for sha256 in pictures["sha256"]]
        return runs, pictures.assign(distance=pd.array(far, dtype="Int64"))

    def marks(self, run_id: str) -> Marks | None:
        """What people have marked a run with; None when there is no such run."""
        return self._tables.marks(run_id)

    def beside(
        self, query: HistoryQuery, run_id: str, *, viewer: str, backwards: bool = False
    ) -> Cursor | None:
        """The place right after a run, or before it; None when there is no such run."""
        here = self._tables.place_of(self.asked(query, viewer), run_id)
        return None if here is None else replace(here, backwards=backwards)

    def asked(self, query: HistoryQuery, viewer: str) -> Asked:
        """The question as the store can answer it."""
        return asked_of(query, origin=self._origin, viewer=viewer, zone=self._zone)


def _back_from(cursor: Cursor | None, sort: Sort) -> Cursor | None:
    """The way back from behind the last run: the page that ends with the run at that place."""
    if cursor is None:
        return None
    one_on = 1 if sort is Sort.OLDEST else -1
    return Cursor(cursor.key, cursor.no + one_on, backwards=True)

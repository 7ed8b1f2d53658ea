"""Closing the months of the books: which there are, where each stands, and closing one for good."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lib.domain.clock import Clock
from lib.domain.months import Month
from lib.services.owners import refuse_others
from lib.store.closed_months import ClosedMonth, ClosedMonths
from lib.store.tables import Tables

MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class MonthOfBooks:
    """A month that has runs, or is closed. `is_over` in the team's zone."""

    month: Month
    is_over: bool
    closed: ClosedMonth | None

    @property
    def can_be_closed(self) -> bool:
        return self.is_over and self.closed is None


class ClosingService:
    """The months of one `origin`, cut in the team's `zone`."""

    def __init__(
        self, months: ClosedMonths, tables: Tables, *, origin: str, zone: ZoneInfo, clock: Clock
    ) -> None:
        self._months = months
        self._tables = tables
        self._origin = origin
        self._zone = zone
        self._clock = clock

    def months(self) -> list[MonthOfBooks]:
        """From this month back to that of the first run, MOST_MONTHS at most; none without runs."""
        closed = {found.month: found for found in self._months.all()}
        now = Month.at(self._clock.now_ms(), self._zone)
        clicked = self._tables.click_span(origin=self._origin)
        if clicked is None and not closed:
            return []
        first = min([now, *closed, *([Month.at(clicked[0], self._zone)] if clicked else [])])
        found: list[MonthOfBooks] = []
        month = now
        while month >= first and len(found) < MOST_MONTHS:
            found.append(MonthOfBooks(month, month < now, closed.get(month)))
            month = month.before()
        return found

    def closed(self, month: Month) -> ClosedMonth | None:
        """How a month was closed; None while it is open."""
        return next((found for found in self._months.all() if found.month == month), None)

    def close(self, month: Month, *, by: str) -> bool:
        """Close a month for good; False when it is closed already.

        Raises NotAnOwner, and NotToBeClosed with the runs why.
        """
        refuse_others(by, "close months")
        return self._months.close(month, month.span(self._zone), zone=self._zone.key, by=by)

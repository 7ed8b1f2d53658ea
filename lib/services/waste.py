"""What money was spent on in vain, and the question to the history that shows those runs."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lib.domain.clock import Clock
from lib.domain.days import day_of, start_ms
from lib.domain.history_filters import NO, YES
from lib.domain.history_query import HistoryQuery
from lib.domain.periods import Days
from lib.domain.run import RunState
from lib.domain.waste import Waste, WasteKind
from lib.store.wasted_runs import WastedRuns


class WasteService:
    """Counts for one origin. Days are those of `zone`, by the time of the click."""

    def __init__(self, wasted: WastedRuns, *, zone: ZoneInfo, clock: Clock) -> None:
        self._wasted = wasted
        self._zone = zone
        self._clock = clock

    def between(self, days: Days) -> Waste:
        """The waste of these days."""
        today = start_ms(self._today(), self._zone)
        span = days.span_ms(self._zone)
        return self._wasted.between(*span, unopened_before_ms=today)

    def question(self, kind: WasteKind, days: Days) -> HistoryQuery:
        """The runs of a kind; of the deleted ones those that are still in the bin."""
        query = HistoryQuery(created_from=days.first, created_to=days.last)
        match kind:
            case WasteKind.FAILED:
                return query.where("state", RunState.FAILED)
            case WasteKind.UNOPENED:
                yesterday = self._today() - timedelta(days=1)
                unopened = query.where("opened", NO).where("adopted", NO)
                return replace(unopened, created_to=min(days.last, yesterday))
            case WasteKind.DELETED:
                return replace(query, deleted=True)
            case WasteKind.FLAGGED:
                return query.where("nsfw_detected", YES).where("kept", NO)
            case WasteKind.DUPLICATE:
                return query.where("duplicate", YES).where("kept", NO)

    def _today(self) -> date:
        return day_of(self._clock.now_ms(), self._zone)

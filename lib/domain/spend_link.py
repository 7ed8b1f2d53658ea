"""From a cut through the charges to the runs behind it: the question that the history is asked."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lib.domain.days import day_of, start_ms
from lib.domain.history_query import HistoryQuery
from lib.domain.periods import Days
from lib.domain.spend import Cut, Group

FILTER_OF = {
    Group.SKU: "sku",
    Group.PERSON: "created_by",
    Group.MODEL: "model_id",
    Group.RESOLUTION: "resolution",
    Group.TAG: "tag",
    Group.EXPERIMENT: "experiment",
    Group.OUTCOME: "state",
    Group.BASIS: "cost_basis",
}
"""What the history calls each group."""
KNOWN_COSTS_MICROS = 0
"""A range of costs leaves out those that nobody knows."""


def runs_behind(cut: Cut, *, deleted: bool = False) -> HistoryQuery | None:
    """The runs of known cost of a cut; None where the history cannot be asked so."""
    days = days_of_cut(cut)
    try:
        return HistoryQuery(
            filters=tuple((FILTER_OF[group], values) for group, values in cut.filters),
            cost_from_micros=KNOWN_COSTS_MICROS,
            created_from=days.first if days else None,
            created_to=days.last if days else None,
            clicked_from_ms=None if days else cut.from_ms,
            clicked_to_ms=None if days else cut.to_ms,
            deleted=deleted,
        )
    except ValueError:  # what others have made may have values that no model of ours has
        return None


def days_of_cut(cut: Cut) -> Days | None:
    """The days that a cut is made of; None where it is a part of one, or nothing."""
    begins, ends = _day_at(cut.from_ms, cut.zone), _day_at(cut.to_ms, cut.zone)
    if begins is None or ends is None or begins >= ends:
        return None
    return Days(begins, ends - timedelta(days=1))


def _day_at(at_ms: int, zone: ZoneInfo) -> date | None:
    """The day that begins at a moment; None when none does."""
    day = day_of(at_ms, zone)
    return day if start_ms(day, zone) == at_ms else None

"""What spend is asked for: a cut through the charges, and what it is grouped by."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib.domain.history_query import readable

LONGEST_VALUE = 200
Chosen = tuple[tuple["Group", tuple[str, ...]], ...]


class Group(StrEnum):
    """What spend is grouped and filtered by. The words stand in links.

    The empty text is a value as well: a run without a resolution, or without any tag.
    """

    SKU = "sku"
    PERSON = "created_by"
    MODEL = "model_id"
    RESOLUTION = "resolution"
    TAG = "tag"
    """A run counts with each of its tags: such groups may sum to more than the spend."""
    EXPERIMENT = "experiment"
    """The experiment that made the run, by its id."""
    OUTCOME = "outcome"
    BASIS = "basis"


@dataclass(frozen=True, slots=True)
class Cut:
    """Which charges: those of an origin that count in a span (ms UTC, half-open).

    The span is made of whole quarters of an hour, as days and hours of every zone are. `zone` says
    whose hours, days, weeks and months they are. A charge must have one of the values of each
    filter. What is in doubt is never part of it. Two cuts that mean the same are equal.
    """

    origin: str
    from_ms: int
    to_ms: int
    zone: ZoneInfo
    filters: Chosen = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "filters", in_order(self.filters))

    def chosen(self, group: Group) -> tuple[str, ...]:
        """The chosen values of a group; none when it is not filtered by."""
        return dict(self.filters).get(group, ())

    def where(self, group: Group, *values: str) -> "Cut":
        """The same cut with these values of a group, any of them; none takes the filter away."""
        others = tuple((known, chosen) for known, chosen in self.filters if known is not group)
        return replace(self, filters=(*others, (group, values)))

    def during(self, from_ms: int, to_ms: int) -> "Cut":
        """The same cut of another span."""
        return replace(self, from_ms=from_ms, to_ms=to_ms)


def in_order(filters: Iterable[tuple[Group, Iterable[str]]]) -> Chosen:
    """Filters in the order of Group, each with its values sorted, none twice."""
    chosen: dict[Group, set[str]] = {}
    for group, values in filters:
        chosen.setdefault(group, set()).update(map(readable, values))
    return tuple((group, tuple(sorted(chosen[group]))) for group in Group if chosen.get(group))

"""A question to the history: which runs, in which order. One page of its answer is at a `Cursor`.

Gallery, table, link, saved search and bulk operation all ask the same `HistoryQuery`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from lib.domain.history_filters import find_filter

LONGEST_TEXT = 500
"""Characters of a search; the rest is cut off."""
LARGEST_MICROS = 10**15
"""A billion dollars: nothing costs that much, and every database can hold it."""

Chosen = tuple[tuple[str, tuple[str, ...]], ...]


class Sort(StrEnum):
    """The orders of the history. Runs that are alike in it stand newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    COST = "cost"
    """The dearest first; those of unknown cost last."""
    DURATION = "duration"
    """The slowest first; those of unknown duration last."""
    RATING = "rating"
    """The best first; those without a rating last."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which runs of the history, in which order.

    `text` is what to search for (see `search_text`). `filters` holds the chosen values of each
    filter by name: a run must have one of the values of every filter. Ranges include both ends:
    costs are micro-dollars, days are those of the team's time zone. `clicked_from_ms` and
    `clicked_to_ms` are moments (ms UTC) between whole minutes, the second not included. `deleted`
    asks for the bin instead of the history.

    Two questions that mean the same are equal: values are sorted, none stands twice.
    Raises KeyError for an unknown filter, ValueError for a value that cannot be.
    """

    text: str = ""
    filters: Chosen = ()
    cost_from_micros: int | None = None
    cost_to_micros: int | None = None
    created_from: date | None = None
    created_to: date | None = None
    clicked_from_ms: int | None = None
    clicked_to_ms: int | None = None
    deleted: bool = False
    sort: Sort = Sort.NEWEST

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", readable(self.text)[:LONGEST_TEXT].strip())
        object.__setattr__(self, "filters", _in_order(self.filters))
        for micros in (self.cost_from_micros, self.cost_to_micros):
            if micros is not None and abs(micros) > LARGEST_MICROS:
                raise ValueError("nothing costs that much: a billion dollars at most.")

    def where(self, name: str, *values: str) -> "HistoryQuery":
        """The same question with these values of a filter, any of them; none takes it away.

        Raises KeyError when there is no such filter, ValueError when a value is none of its own.
        """
        others = [(known, chosen) for known, chosen in self.filters if known != name]
        return replace(self, filters=(*others, (name, values)))

    def chosen(self, name: str) -> tuple[str, ...]:
        """The chosen values of a filter; none when it is not used."""
        return dict(self.filters).get(name, ())

    def toggled(self, name: str, value: str) -> "HistoryQuery":
        """The same question with a value of a filter chosen, or not any more."""
        now = set(self.chosen(name)) ^ {value}
        return self.where(name, *now)

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than the whole history, or the whole bin."""
        bounds = (self.cost_from_micros, self.cost_to_micros, self.created_from, self.created_to)
        moments = (self.clicked_from_ms, self.clicked_to_ms)
        is_bound = any(bound is not None for bound in (*bounds, *moments))
        return bool(self.text or self.filters) or is_bound


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two runs in the order of a question: right after one, or before it.

    `key` is what the run is sorted by and `no` the run's number in the history, so the place stays
    where it is when that run changes or goes. As text, for a link: `after.80000.17`.
    """

    key: int
    no: int
    backwards: bool = False

    def __str__(self) -> str:
        return f"{'before' if self.backwards else 'after'}.{self.key}.{self.no}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Read what `str` made; None for anything else, which is the first page."""
        found = re.fullmatch(
            r"(before|after)\.(-?[0-9]{1,18})\.([0-9]{1,18})", text or "", re.ASCII
        )
        return cls(int(found[2]), int(found[3]), found[1] == "before") if found else None


def readable(text: str) -> str:
    """The text without what no database and no link can carry: NUL, and halves of characters."""
    return re.sub("[\0\ud800-\udfff]", " ", text)


def _in_order(filters: Iterable[tuple[str, Iterable[str]]]) -> Chosen:
    chosen: dict[str, set[str]] = {}
    for name, values in filters:
        chosen.setdefault(name, set()).update(readable(value) for value in values)
    for name, found in chosen.items():
        for problem in map(find_filter(name).problem_with, found):
            if problem:
                raise ValueError(problem)
    return tuple((name, tuple(sorted(found))) for name, found in sorted(chosen.items()) if found)

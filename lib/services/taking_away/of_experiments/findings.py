"""What else is known of an experiment when it is taken away: its votes, and what mattered.

Whoever finds something out gives it here as plain texts; where nothing is found, nothing is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lib.domain.experiment_progress import CellNow, Experiment


@dataclass(frozen=True, slots=True)
class Judged:
    """What votes say of a cell: its score, the interval that it is in, and how many votes."""

    score: float
    low: float
    high: float
    votes: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: its title, sentences, and a table where there is one. Plain texts."""

    title: str
    sentences: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


Judging = Callable[[Experiment], Mapping[str, Judged]]
"""The cells that were judged, by key."""
Finding = Callable[[Experiment, Sequence[CellNow]], Section | None]
"""A section of the report; None while there is nothing to say."""


def _not_judged(_experiment: Experiment) -> Mapping[str, Judged]:
    return {}


@dataclass(frozen=True, slots=True)
class Findings:
    """Where it all comes from."""

    judging: Judging = _not_judged
    sections: tuple[Finding, ...] = field(default=())

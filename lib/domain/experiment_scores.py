"""What votes come to: how strong each cell is, how sure that is, and which one is best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SURE_ENOUGH = 0.95
"""The best one is called so once it is the best with this probability."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is known of a cell's strength: log-odds against an average cell, and its variance."""

    strength: float = 0.0
    variance: float = 4.0


@dataclass(frozen=True, slots=True)
class Score:
    """A cell's strength, with the bounds that hold it with 95 %.

    All three are log-odds of winning against an average cell of the experiment: 0 is as good as
    any. `votes` counts what was decided, `ties` among them; skipped pairs are in none of these.
    """

    key: str
    score: float
    low: float
    high: float
    votes: int = 0
    wins: int = 0
    losses: int = 0
    ties: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far voters agree: Krippendorff's alpha over the pairs that several have judged.

    1 is full agreement, 0 what chance would do; None where no two judged the same pair, or all
    said the same throughout. `same` of the `pairs` were answered alike by all their voters.
    `again` pairs one person was shown twice, sides swapped: `kept` had the same answer.
    """

    alpha: float | None = None
    pairs: int = 0
    same: int = 0
    again: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where judging stands. `scores` begin with the best; `beliefs` are by cell.

    `sure` is the probability, at least, that the first is the best of all. `more` is about how
    many votes are still needed for SURE_ENOUGH; None where that cannot be said, or is in vain.
    """

    scores: Sequence[Score] = ()
    beliefs: Mapping[str, Belief] = field(default_factory=dict)
    sure: float = 0.0
    more: int | None = None
    votes: int = 0
    skipped: int = 0
    by: Mapping[str, int] = field(default_factory=dict)
    agreement: Agreement = Agreement()

    @property
    def is_enough(self) -> bool:
        """Whether the best one is known well enough to stop."""
        return len(self.scores) > 1 and self.sure >= SURE_ENOUGH


def share_won(log_odds: float) -> float:
    """The share of votes that is won at these log-odds, from 0 to 1."""
    return 1 / (1 + math.exp(-log_odds))

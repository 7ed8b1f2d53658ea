"""Which values of a parameter fail or are flagged more often: shares of runs, every try counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.experiment_effects import (
    MOST_VALUES,
    Comparison,
    Effect,
    Figure,
    Measure,
    pairs_of,
)
from lib.domain.experiment_results import (
    Factor,
    MatchedSet,
    Result,
    matched_sets,
    words_in_order,
)
from lib.domain.intervals import ALPHA, newcombe, wilson, z_of

FEWEST_RUNS = 10
"""With a value, and with the other: below, a share is chance."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Runs that the API has ended: so many failed, and so many were flagged."""

    tries: int = 0
    failed: int = 0
    flagged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        failed = self.failed + other.failed
        return Tally(self.tries + other.tries, failed, self.flagged + other.flagged)

    @property
    def bad(self) -> int:
        return self.failed + self.flagged

    @property
    def share(self) -> float:
        return self.bad / self.tries if self.tries else 0.0


def tally(results: Sequence[Result]) -> Tally:
    """Of all these cells."""
    told = ((one.tries, one.failed, one.flagged) for one in results)
    return sum((Tally(*one) for one in told), Tally())


def failures_effect(factor: Factor, nth: int, results: Sequence[Result]) -> Effect | None:
    """The nth factor's effect on the share of runs that fail or are flagged; None where none has."""
    words = words_in_order([one for one in results if one.tries], nth)
    if not tally(results).bad or not 2 <= len(words) <= MOST_VALUES:
        return None
    found = {word: tally([one for one in results if one.values[nth] == word]) for word in words}
    figures = [
        Figure(word, one.tries, one.share, wilson(one.share, one.tries, z_of()))
        for word, one in found.items()
    ]
    sets, pairs = matched_sets(results, nth), pairs_of(words)
    compared = [_compared(sets, *pair, alpha=ALPHA / len(pairs)) for pair in pairs]
    most = max(one.pairs for one in compared)
    missing = "" if most >= FEWEST_RUNS else f"{most} comparable runs, it takes {FEWEST_RUNS}"
    return Effect(factor, Measure.FAILURES, tuple(figures), tuple(compared), missing)


def _compared(sets: Sequence[MatchedSet], value: str, against: str, *, alpha: float) -> Comparison:
    """Of the cells alone that have their like with the other value."""
    both = [one for one in sets if value in one and against in one]
    more = sum((tally(one[value]) for one in both), Tally())
    less = sum((tally(one[against]) for one in both), Tally())
    runs, difference = min(more.tries, less.tries), more.share - less.share
    if runs < FEWEST_RUNS:
        return Comparison(value, against, runs, difference)
    z = z_of(alpha)
    intervals = (wilson(one.share, one.tries, z) for one in (more, less))
    interval = newcombe(more.share, next(intervals), less.share, next(intervals))
    return Comparison(value, against, runs, difference, interval)

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

    @property
    def bad(self) -> int:
        return self.failed + self.flagged

    @property
    def share(self) -> float:
        return self.bad / self.tries if self.tries else 0.0


def tally(results: Sequence[Result]) -> Tally:
    """Of all these cells."""
    return Tally(
        sum([one.tries for one in results]),
        sum([one.failed for one in results]),
        sum([one.flagged for one in results]),
    )


def failures_effect(
    factor: Factor, nth: int, results: Sequence[Result], sets: Sequence[MatchedSet] | None = None
) -> Effect | None:
    """The nth factor's effect on the share of runs that fail or are flagged; None where none has.

    `sets` are its matched sets, where they are known already.
    """
    words = words_in_order([one for one in results if one.tries], nth)
    if not tally(results).bad or not 2 <= len(words) <= MOST_VALUES:
        return None
    by_word: dict[str, list[Result]] = {word: [] for word in words}
    for one in results:
        by_word.get(one.values[nth], []).append(one)
    figures = []
    for word, found in by_word.items():
        all_of_it = tally(found)
        interval = wilson(all_of_it.share, all_of_it.tries, z_of())
        figures.append(Figure(word, all_of_it.tries, all_of_it.share, interval))
    sets, pairs = matched_sets(results, nth) if sets is None else sets, pairs_of(words)
    compared = [_compared(sets, *pair, alpha=ALPHA / len(pairs)) for pair in pairs]
    most = max(one.pairs for one in compared)
    missing = "" if most >= FEWEST_RUNS else f"{most} comparable runs, it takes {FEWEST_RUNS}"
    return Effect(factor, Measure.FAILURES, tuple(figures), tuple(compared), missing)


def _compared(sets: Sequence[MatchedSet], value: str, against: str, *, alpha: float) -> Comparison:
    """Of the cells alone that have their like with the other value."""
    both = [one for one in sets if value in one and against in one]
    more = tally([result for one in both for result in one[value]])
    less = tally([result for one in both for result in one[against]])
    runs, difference = min(more.tries, less.tries), more.share - less.share
    if runs < FEWEST_RUNS:
        return Comparison(value, against, runs, difference)
    z = z_of(alpha)
    one, other = (wilson(told.share, told.tries, z) for told in (more, less))
    interval = newcombe(more.share, one, less.share, other)
    return Comparison(value, against, runs, difference, interval)

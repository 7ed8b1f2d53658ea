"""Where the effect of one parameter turns round by the value of another.

Only what is clear in both directions counts: two intervals, widened for all that were looked at,
on either side of nothing at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.experiment_effects import Comparison, Measure, comparison, levels_of, pairs_of
from lib.domain.experiment_results import Factor, Result, matched_sets, words_in_order
from lib.domain.intervals import ALPHA

MOST_VALUES = 8
"""Of either parameter: with more, too few cells would be left of each."""


@dataclass(frozen=True, slots=True)
class Flip:
    """`value` is better than `against` with one value of `by`, and worse with another."""

    factor: Factor
    by: Factor
    better_with: str
    better: Comparison
    worse_with: str
    worse: Comparison


def flips(factors: Sequence[Factor], results: Sequence[Result]) -> list[Flip]:
    """All that are clear, by rating."""
    rated = [result for result in results if result.rating is not None]
    return [
        flip
        for nth, factor in enumerate(factors)
        for other, by in enumerate(factors)
        if nth != other and (flip := _flip(rated, (nth, factor), (other, by)))
    ]


def _flip(
    rated: Sequence[Result], one: tuple[int, Factor], other: tuple[int, Factor]
) -> Flip | None:
    words, splits = words_in_order(rated, one[0]), words_in_order(rated, other[0])
    if not (2 <= len(words) <= MOST_VALUES and 2 <= len(splits) <= MOST_VALUES):
        return None
    pairs = pairs_of(words)
    alpha = ALPHA / (len(pairs) * len(splits))
    levels = {
        word: levels_of(
            Measure.RATING,
            matched_sets([result for result in rated if result.values[other[0]] == word], one[0]),
        )
        for word in splits
    }
    for pair in pairs:
        found = {
            word: comparison(Measure.RATING, sets, *pair, alpha=alpha)
            for word, sets in levels.items()
        }
        up = [word for word, told in found.items() if told.is_clear and told.difference > 0]
        down = [word for word, told in found.items() if told.is_clear and told.difference < 0]
        if up and down:
            return Flip(one[1], other[1], up[0], found[up[0]], down[0], found[down[0]])
    return None

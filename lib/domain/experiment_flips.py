"""Where the effect of one parameter turns round by the value of another.

Only what is clear in both directions counts: two intervals, widened for all that were looked at,
on either side of nothing at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.domain.experiment_effects import (
    Comparison,
    Levels,
    Measure,
    comparison,
    levels_of,
    pairs_of,
)
from lib.domain.experiment_results import Factor, MatchedSet, Result, matched_sets, words_in_order
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
    words = [words_in_order(rated, nth) for nth in range(len(factors))]
    few = [nth for nth, found in enumerate(words) if 2 <= len(found) <= MOST_VALUES]
    told: list[Flip] = []
    for nth in few if len(few) > 1 else ():
        sets = matched_sets(rated, nth)
        levels = levels_of(Measure.RATING, sets)
        for other in few:
            if other != nth:
                by = _split(sets, levels, other)
                flip = _flip(factors[nth], factors[other], words[nth], by)
                told += [flip] if flip else []
    return told


def _split(
    sets: Sequence[MatchedSet], levels: Sequence[Levels], other: int
) -> dict[str, list[Levels]]:
    """The sets by the value of another factor, which is the same in all of a set."""
    found: dict[str, list[Levels]] = {}
    for one, level in zip(sets, levels, strict=True):
        word = next(iter(one.values()))[0].values[other]
        found.setdefault(word, []).append(level)
    return found


def _flip(
    factor: Factor, by: Factor, words: Sequence[str], levels: Mapping[str, Sequence[Levels]]
) -> Flip | None:
    pairs = pairs_of(words)
    alpha = ALPHA / (len(pairs) * len(levels))
    for pair in pairs:
        found = {
            word: comparison(Measure.RATING, sets, *pair, alpha=alpha)
            for word, sets in levels.items()
        }
        up = [word for word, told in found.items() if told.is_clear and told.difference > 0]
        down = [word for word, told in found.items() if told.is_clear and told.difference < 0]
        if up and down:
            return Flip(factor, by, up[0], found[up[0]], down[0], found[down[0]])
    return None

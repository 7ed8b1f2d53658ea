"""Main effects: how much a value of a parameter changes rating, time or price against another.

Only cells that are alike in everything else are compared: their differences are taken, and averaged
(the paired t-test: Student, Biometrika 6 (1908), 1-25). So what else varies can neither pretend
an effect nor hide one, also where cells failed, were left out, or were never in the design. Where
there are few such sets, repeats of a cell stand for sets of their own. Of each parameter all
pairs of values are looked at, and their intervals are widened so that 95 % holds for all of them
together (Bonferroni).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import fmean

from lib.domain.experiment_results import (
    Factor,
    MatchedSet,
    Result,
    matched_sets,
    words_in_order,
)
from lib.domain.intervals import ALPHA, Interval, t_of

FEWEST_PAIRS = 6
"""Matched differences: below, their average is chance."""
MOST_PAIRED = 12
"""Values; where there are more, each is compared with the first alone."""
MOST_VALUES = 100
"""More are not compared: nobody reads that."""

Number = int | float | Fraction


class Measure(StrEnum):
    """What a parameter may have an effect on."""

    VOTES = "votes"
    RATING = "rating"
    TIME = "time"
    PRICE = "price"
    FAILURES = "failures"


NUMBERS: dict[Measure, Callable[[Result], int | None]] = {
    Measure.RATING: lambda result: result.rating,
    Measure.TIME: lambda result: result.duration_ms,
    Measure.PRICE: lambda result: result.cost_micros,
}
LEAST_VARIANCE = {Measure.RATING: 1 / 6}
"""A star is a rounded opinion: of the difference of two, that alone makes so much (Sheppard)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value by itself: stars, ms, micro-dollars, or a share from 0 to 1, over `count` of them.

    `interval` is None where there is only one, and for sums that are exact. `of` is how many of
    them there are for a share: so many wins (ties are half ones) or failures.
    """

    value: str
    count: int
    mean: Number
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much more a value has than another, over `pairs` matched differences.

    `interval` is None where they are too few, or where one value is not compared with another but
    with all. `is_exact`: every difference is the same, to the micro-dollar.
    """

    value: str
    against: str
    pairs: int
    difference: Number = 0
    interval: Interval | None = None
    is_exact: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance: no difference at all lies outside the interval."""
        if self.is_exact:
            return self.difference != 0
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]

    @property
    def is_enough(self) -> bool:
        return self.is_exact or self.interval is not None

    def turned(self) -> "Comparison":
        """The same, from the other side."""
        low, high = self.interval or (0, 0)
        there = None if self.interval is None else (-high, -low)
        return Comparison(
            self.against, self.value, self.pairs, -self.difference, there, self.is_exact
        )

    @property
    def upward(self) -> "Comparison":
        """It from the side of the value that has more."""
        return self.turned() if self.difference < 0 else self


@dataclass(frozen=True, slots=True)
class Effect:
    """What a factor does to a measure."""

    factor: Factor
    measure: Measure
    figures: tuple[Figure, ...]
    comparisons: tuple[Comparison, ...] = ()
    missing: str = ""
    """What it takes to say more, where too little is known."""
    is_fitted: bool = False
    """Whether it is of a fit of all cells, and not of those that are alike in everything else."""

    @property
    def clearest(self) -> Comparison | None:
        """The largest difference that is more than chance, from the side that has more."""
        clear = [one.upward for one in self.comparisons if one.is_clear]
        return max(clear, key=lambda one: one.difference, default=None)

    @property
    def widest(self) -> Comparison | None:
        """Of those that could be judged, the largest difference."""
        judged = [one.upward for one in self.comparisons if one.is_enough]
        return max(judged, key=lambda one: one.difference, default=None)

    def against_first(self) -> dict[str, Comparison]:
        """By value, its difference from the first one."""
        first = self.figures[0].value
        return {one.value: one for one in self.comparisons if one.against == first}


Level = tuple[Number, Sequence[int]]
"""Of the cells of a set that share a value: their average, and each of their numbers."""
Levels = Mapping[str, Level]


def effect_on(
    measure: Measure,
    factor: Factor,
    nth: int,
    results: Sequence[Result],
    sets: Sequence[MatchedSet] | None = None,
) -> Effect | None:
    """The nth factor's effect on rating, time or price; None where it has fewer than two values.

    `sets` are its matched sets, where they are known already.
    """
    numbers: dict[str, list[int]] = {word: [] for word in words_in_order(results, nth)}
    for result in results:
        if (number := NUMBERS[measure](result)) is not None:
            numbers[result.values[nth]].append(number)
    figures = [_figure(word, found, measure) for word, found in numbers.items() if found]
    if not 2 <= len(figures) <= MOST_VALUES:
        return None
    pairs = pairs_of([one.value for one in figures])
    levels = levels_of(measure, matched_sets(results, nth) if sets is None else sets)
    compared = [comparison(measure, levels, *pair, alpha=ALPHA / len(pairs)) for pair in pairs]
    return Effect(factor, measure, tuple(figures), tuple(compared), _lack(compared))


def pairs_of(words: Sequence[str]) -> list[tuple[str, str]]:
    """Which values are compared: each with those before it, or with the first alone."""
    if len(words) > MOST_PAIRED:
        return [(word, words[0]) for word in words[1:]]
    return [(later, earlier) for earlier, later in combinations(words, 2)]


def levels_of(measure: Measure, sets: Sequence[MatchedSet]) -> list[Levels]:
    """What is known of each value in each set."""
    number = NUMBERS[measure]
    found: list[Levels] = []
    for one in sets:
        levels: dict[str, Level] = {}
        for word, results in one.items():
            if len(results) > 1:
                numbers = _numbers(measure, results)
                if numbers:
                    levels[word] = (_average(measure, numbers), numbers)
            elif (alone := number(results[0])) is not None:
                levels[word] = (alone, (alone,))
        found.append(levels)
    return found


def comparison(
    measure: Measure, sets: Sequence[Levels], value: str, against: str, *, alpha: float = ALPHA
) -> Comparison:
    """How much more `value` has than `against` where all else is alike."""
    found = _differences(sets, value, against)
    if not found:
        return Comparison(value, against, 0)
    if measure is Measure.PRICE:
        mean: Number = Fraction(sum(found)) / len(found)
        if len(set(found)) == 1:
            return Comparison(value, against, len(found), mean, is_exact=True)
    else:
        mean = sum(found) / len(found)
    if len(found) < FEWEST_PAIRS:
        return Comparison(value, against, len(found), mean)
    interval = _around(float(mean), found, LEAST_VARIANCE.get(measure, 0), alpha)
    return Comparison(value, against, len(found), mean, interval)


# -- pieces --------------------------------------------------------------------------------------


def _lack(compared: Sequence[Comparison]) -> str:
    """What is missing to say anything; empty when nothing is."""
    if any(one.is_enough for one in compared):
        return ""
    most = max(one.pairs for one in compared)
    return f"{most} matched {'pair' if most == 1 else 'pairs'}, it takes {FEWEST_PAIRS}"


def _figure(word: str, found: Sequence[int], measure: Measure) -> Figure:
    mean = Fraction(sum(found), len(found))
    if len(found) < 2 or (measure is Measure.PRICE and len(set(found)) == 1):
        return Figure(word, len(found), mean)
    least = LEAST_VARIANCE.get(measure, 0) / 2
    return Figure(word, len(found), mean, _around(float(mean), found, least, ALPHA))


def _numbers(measure: Measure, results: Sequence[Result]) -> list[int]:
    """What is known of the repeats of a cell. A picture that came twice was rated once."""
    number = NUMBERS[measure]
    known = [(result, found) for result in results if (found := number(result)) is not None]
    if measure is not Measure.RATING:
        return [found for _, found in known]
    return list({result.sha256 or result.key: found for result, found in reversed(known)}.values())


def _average(measure: Measure, numbers: Sequence[int]) -> Number:
    if len(numbers) == 1:
        return numbers[0]
    return Fraction(sum(numbers), len(numbers)) if measure is Measure.PRICE else fmean(numbers)


def _differences(sets: Sequence[Levels], value: str, against: str) -> list[Number]:
    """One for each set; where there are few sets, one for each repeat in them."""
    both = [(one[value], one[against]) for one in sets if value in one and against in one]
    if len(both) >= FEWEST_PAIRS:
        return [more[0] - less[0] for more, less in both]
    return [
        number - other
        for more, less in both
        for number, other in zip(more[1], less[1], strict=False)
    ]


def _around(mean: float, found: Sequence[Number], least: float, alpha: float) -> Interval:
    """Student's t interval, with a variance of at least so much."""
    n = len(found)
    variance = sum((float(one) - mean) ** 2 for one in found) / (n - 1)
    reach = t_of(alpha, n - 1) * sqrt(max(variance, least) / n)
    return mean - reach, mean + reach

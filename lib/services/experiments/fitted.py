"""Effects in a sample, where too few cells are alike in everything else to compare them.

All parameters are fitted together by least squares, each with an effect of its own and none that
depends on another's value. Spreads need not be even (HC3: MacKinnon and White, Journal of
Econometrics 29 (1985), 305-325).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean
from typing import Any

from lib.domain.experiment_effects import (
    LEAST_VARIANCE,
    NUMBERS,
    Comparison,
    Effect,
    Measure,
    pairs_of,
)
from lib.domain.experiment_results import Result
from lib.domain.intervals import ALPHA, t_of

FEWEST_LEFT = 10
"""So many cells more than effects: below, the fit follows chance."""
FEWEST_OF_VALUE = 3
MOST_EFFECTS = 200
Level = tuple[int, str]
"""A factor's place, and one of its values."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The effect of each level beside the first of its factor, and how they vary together."""

    places: Mapping[Level, int]
    effects: Any
    covariance: Any
    counts: Mapping[Level, int]
    left: int
    least: float

    def comparison(self, nth: int, value: str, against: str, *, alpha: float) -> Comparison:
        """How much more a value of the nth factor has than another."""
        cells = min(self.counts[nth, value], self.counts[nth, against])
        contrast = self._at(nth, value) - self._at(nth, against)
        difference = float(contrast @ self.effects)
        if cells < FEWEST_OF_VALUE:
            return Comparison(value, against, cells, difference)
        variance = max(float(contrast @ self.covariance @ contrast), self.least / cells)
        reach = t_of(alpha, self.left) * sqrt(variance)
        return Comparison(
            value, against, cells, difference, (difference - reach, difference + reach)
        )

    def _at(self, nth: int, value: str) -> Any:
        import numpy as np

        place = self.places.get((nth, value))
        return np.eye(len(self.effects))[place] if place else np.zeros(len(self.effects))


def fit_of(measure: Measure, results: Sequence[Result]) -> Fit | None:
    """The fit of rating or time; None where there are too few cells, or effects hang together."""
    import numpy as np

    cells: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for result in results:
        if (number := NUMBERS[measure](result)) is not None:
            cells[result.values].append(number)
    counts: dict[Level, int] = defaultdict(int)
    for values in cells:
        for level in enumerate(values):
            counts[level] += 1
    firsts = dict(reversed(list(counts)))
    later = [level for level in counts if firsts[level[0]] != level[1]]
    left = len(cells) - len(later) - 1
    if left < FEWEST_LEFT or not 0 < len(later) <= MOST_EFFECTS:
        return None
    places = {level: number for number, level in enumerate(later, start=1)}
    design = np.zeros((len(cells), len(later) + 1))
    design[:, 0] = 1
    for row, values in enumerate(cells):
        for level in enumerate(values):
            design[row, places.get(level, 0)] = 1
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    inverse = np.linalg.inv(design.T @ design)
    found = np.array([fmean(numbers) for numbers in cells.values()])
    effects = inverse @ design.T @ found
    weight = np.maximum(1 - np.einsum("ij,jk,ik->i", design, inverse, design), 1e-9)
    meat = design.T * ((found - design @ effects) / weight) ** 2 @ design
    least = LEAST_VARIANCE.get(measure, 0)
    return Fit(places, effects, inverse @ meat @ inverse, counts, left, least)


def refitted(effect: Effect, nth: int, fit: Fit | None) -> Effect:
    """The same effect by the fit, where matched pairs are too few and the fit can tell."""
    if fit is None or not effect.missing:
        return effect
    pairs = pairs_of([one.value for one in effect.figures])
    compared = tuple(fit.comparison(nth, *pair, alpha=ALPHA / len(pairs)) for pair in pairs)
    if not any(one.is_enough for one in compared):
        return effect
    return replace(effect, comparisons=compared, missing="", is_fitted=True)

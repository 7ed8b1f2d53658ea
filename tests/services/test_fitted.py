"""Where few cells are alike, a fit of all parameters finds what matters, and nothing else."""

import random
from itertools import product

import pytest

from lib.domain.experiment_effects import Comparison, Measure, effect_on
from lib.domain.experiment_results import Factor, Result
from lib.services.experiments.fitted import fit_of, refitted

STYLE = Factor(("style",))
STYLES, ANIMALS, HOURS = "abc", "ABCDEFGH", "1234567"


def sampled(number: int, *, ms: float = 0.0, cells: int = 40) -> list[Result]:
    """Cells drawn from a far larger grid; style c takes so much more, and is less even."""
    chance = random.Random(number)
    usual = {word: chance.uniform(0, 3_000) for word in ANIMALS + HOURS}
    drawn = chance.sample(list(product(STYLES, ANIMALS, HOURS)), cells)
    return [
        Result(
            f"{style}{animal}{hour}",
            (style, animal, hour),
            duration_ms=round(
                5_000 + usual[animal] + usual[hour]
                + (ms if style == "c" else 0)
                + chance.gauss(0, 600 if style == "c" else 300)
            ),
        )
        for style, animal, hour in sorted(drawn)
    ]  # fmt: skip


def compared(number: int, **world) -> dict[tuple[str, str], Comparison]:
    results = sampled(number, **world)
    effect = effect_on(Measure.TIME, STYLE, 0, results)
    assert effect is not None
    fitted = refitted(effect, 0, fit_of(Measure.TIME, results))
    assert fitted.is_fitted == bool(effect.missing)
    return {(one.value, one.against): one for one in fitted.comparisons}


def test_where_nothing_matters_no_difference_is_claimed():
    claimed = sum(any(one.is_clear for one in compared(n).values()) for n in range(150))

    assert claimed <= 15


def test_intervals_cover_the_truth():
    worlds = [compared(n, ms=1_500) for n in range(150)]
    covered = [
        one[pair].interval[0] <= truth <= one[pair].interval[1]
        for one in worlds
        for pair, truth in {("c", "a"): 1_500, ("c", "b"): 1_500, ("b", "a"): 0}.items()
        if one[pair].interval
    ]

    assert sum(covered) >= 0.93 * len(covered)
    assert sum(one["c", "a"].is_clear for one in worlds) >= 135


@pytest.mark.parametrize("cells", [5, 24])
def test_too_few_cells_are_not_fitted(cells: int):
    assert fit_of(Measure.TIME, sampled(1, cells=cells)) is None


def test_parameters_that_change_together_are_not_told_apart():
    results = [
        Result(str(n), (word, word), duration_ms=n) for n, word in enumerate(["a", "b"] * 20)
    ] + [Result("x", ("c", "c"), duration_ms=3)]

    assert fit_of(Measure.TIME, results) is None


def test_a_value_that_came_once_or_twice_is_not_judged():
    results = [one for one in sampled(2, cells=80) if one.values[0] != "c"]
    results.append(Result("c", ("c", "A", "1"), duration_ms=90_000))

    fit = fit_of(Measure.TIME, results)

    assert fit.comparison(0, "c", "a", alpha=0.05).interval is None
    assert fit.comparison(0, "b", "a", alpha=0.05).interval is not None

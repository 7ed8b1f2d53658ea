"""What an experiment says mattered is what mattered, and nothing else."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment_effects import Effect, Measure, effect_on
from lib.domain.experiment_flips import flips
from lib.domain.experiment_refusals import failures_effect, tally
from lib.domain.experiment_results import Result
from lib.domain.experiment_vote_shares import votes_effect
from tests.domain.worlds import ANIMAL, SIZE, SIZES, rated, result, timed, voted

WORLDS = 150


def on(measure: Measure, results: list[Result]) -> Effect:
    found = effect_on(measure, SIZE, 0, results)
    assert found is not None
    return found


def on_votes(number: int, **world) -> Effect:
    found = votes_effect(SIZE, 0, *voted(number, **world))
    assert found is not None
    return found


NULL: dict[str, Callable[[int], Effect]] = {
    "two sizes": lambda number: on(Measure.RATING, rated(number)),
    "four sizes": lambda number: on(Measure.RATING, rated(number, sizes=4)),
    "repeats of two": lambda number: on(Measure.RATING, rated(number, animals=2, repeats=6)),
    "times": lambda number: on(Measure.TIME, timed(number)),
    "votes of one": lambda number: on_votes(number),
    "votes of many": lambda number: on_votes(number, votes=300, voters=4),
    "few lucky pictures": lambda number: on_votes(number, animals=5, votes=150),
}


@pytest.mark.parametrize("world", NULL)
def test_where_nothing_matters_no_difference_is_claimed(world: str):
    claimed = sum(NULL[world](number).clearest is not None for number in range(WORLDS))

    assert claimed <= 0.1 * WORLDS


def test_intervals_cover_the_truth():
    found = [on(Measure.TIME, timed(number, ms=1_500)).comparisons[0] for number in range(400)]
    covered = sum(one.interval[0] <= 1_500 <= one.interval[1] for one in found)

    assert 0.92 <= covered / len(found) <= 0.98


def test_intervals_of_all_pairs_cover_together():
    effects = [on(Measure.RATING, rated(number, sizes=4)) for number in range(WORLDS)]
    covered = sum(
        all(one.interval[0] <= 0 <= one.interval[1] for one in effect.comparisons)
        for effect in effects
    )

    assert covered >= 0.93 * WORLDS


def test_a_strong_effect_is_found():
    stars = [on(Measure.RATING, rated(number, stars=1.5)).clearest for number in range(50)]
    votes = [on_votes(number, votes=200, better=2.0).clearest for number in range(50)]

    assert sum(one is not None and one.value == "2K" for one in stars) >= 45
    assert sum(one is not None for one in votes) >= 45


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_cells_changes_nothing(number: int, chance: random.Random):
    cells = rated(number, repeats=2, animals=4)
    # What order there is, is that of the values: it comes from the design.
    shuffled = sorted(chance.sample(cells, len(cells)), key=lambda one: SIZES.index(one.values[0]))

    before, after = on(Measure.RATING, cells), on(Measure.RATING, shuffled)

    assert {one.value: one.mean for one in before.figures} == {
        one.value: one.mean for one in after.figures
    }
    assert before.comparisons[0].pairs == after.comparisons[0].pairs == 8
    assert float(before.comparisons[0].difference) == pytest.approx(
        float(after.comparisons[0].difference)
    )


@given(st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 10**13)), min_size=1, max_size=9))
def test_prices_are_exact_to_the_last_micro_dollar(paid: list[tuple[int, int]]):
    cells = [
        result(size, f"animal {n}", cost_micros=cost)
        for n, both in enumerate(paid)
        for size, cost in zip(("1K", "2K"), both, strict=True)
    ]

    (one,) = on(Measure.PRICE, cells).comparisons

    assert one.difference == Fraction(sum(b - a for a, b in paid), len(paid))
    assert one.is_exact == (len({b - a for a, b in paid}) == 1)


def test_one_pair_tells_a_price_but_no_time():
    cells = [
        result(size, "cat", cost_micros=cost, duration_ms=ms)
        for size, cost, ms in (("1K", 80_000, 2_000), ("2K", 120_000, 4_000))
    ]

    assert on(Measure.PRICE, cells).clearest.difference == 40_000
    assert on(Measure.TIME, cells).clearest is None
    assert on(Measure.TIME, cells).missing == "1 matched pair, it takes 6"


def test_what_else_varies_pretends_no_effect():
    """The dear animals were made large, and the cheap ones small: alike are only six."""
    cells = [result("1K", f"cat {n}", rating=2) for n in range(30)]
    cells += [result("2K", f"dog {n}", rating=5) for n in range(30)]
    both = [(f"owl {n}", 3 + n % 2) for n in range(6)]
    cells += [result(size, name, rating=stars) for name, stars in both for size in ("1K", "2K")]

    effect = on(Measure.RATING, cells)

    assert effect.clearest is None
    assert [(one.pairs, one.difference) for one in effect.comparisons] == [(6, 0)]


def test_a_picture_that_came_again_and_again_is_rated_once():
    cells = [
        result(size, "cat", repeat, rating=rating, sha256=f"the same {size}")
        for size, rating in (("1K", 2), ("2K", 5))
        for repeat in range(1, 9)
    ]

    assert on(Measure.RATING, cells).missing == "1 matched pair, it takes 6"


def test_votes_on_two_pictures_say_nothing_of_a_parameter():
    _, votes = voted(1, animals=1, votes=90, better=3.0)

    effect = votes_effect(SIZE, 0, voted(1, animals=1)[0], votes)

    assert effect.clearest is None
    assert effect.missing == "votes on 1 pictures of a value, it takes 5"


def test_votes_of_one_value_are_those_the_other_does_not_win():
    effect = on_votes(3, better=0.5)
    first, second = effect.figures

    assert first.count == second.count
    assert first.mean + second.mean == pytest.approx(1)


def failing(bad_of_strict: int, bad_of_loose: int, of: int = 12) -> list[Result]:
    return [
        result(size, f"animal {n}", tries=1, failed=int(n < bad))
        for size, bad in (("1K", bad_of_strict), ("2K", bad_of_loose))
        for n in range(of)
    ]


def test_failures_are_compared_by_value():
    effect = failures_effect(SIZE, 0, failing(10, 1))

    assert [one.mean for one in effect.figures] == [10 / 12, 1 / 12]
    assert (effect.clearest.value, effect.clearest.against) == ("1K", "2K")
    assert failures_effect(SIZE, 0, failing(3, 2)).clearest is None
    assert failures_effect(SIZE, 0, failing(0, 0)) is None
    assert failures_effect(SIZE, 0, failing(3, 0, of=3)).missing


def test_every_try_counts_also_of_a_cell_that_came_to_pictures_later():
    assert (
        tally([result("1K", "cat", tries=3, failed=2), result("1K", "dog", tries=1)]).share == 0.5
    )


def test_an_effect_that_turns_round_is_said():
    chance = random.Random(4)
    cells = []
    for style, sign in (("ink", 1), ("oil", -1)):
        for n in range(12):
            base = chance.choice([2, 3, 4])
            for size, more in (("1K", 0), ("2K", sign)):
                one = result(size, f"animal {n}", rating=base + more)
                cells.append(Result(f"{style} {one.key}", (size, style), n, rating=one.rating))

    (flip,) = [one for one in flips([SIZE, ANIMAL], cells) if one.factor is SIZE]

    assert (flip.better_with, flip.better.value, flip.worse_with) == ("ink", "2K", "oil")
    assert flips([SIZE, ANIMAL], rated(1, repeats=2)) == []

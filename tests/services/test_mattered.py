"""What mattered, from cells to plain sentences."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment import Combine, Design
from lib.domain.experiment_axes import Listed, Value
from lib.domain.experiment_effects import Measure
from lib.domain.experiment_frontier import Offer, frontier
from lib.domain.experiment_votes import Outcome, Vote
from lib.services.experiments.mattered import Mattered, mattered
from lib.services.experiments.mattered_words import exact, sentences
from lib.store.experiment_results import CellResult, Reason
from tests.domain.designs import grid

ANIMALS = [f"animal {n}" for n in range(8)]
DESIGN = grid(resolution=["1K", "4K"], enable_web_search=[False, True], animal=ANIMALS)
PRICES = {"1K": 80_000, "4K": 160_000}


def cell(key: str, varied: dict[str, Value], **came) -> CellResult:
    usual = {"rating": None, "duration_ms": None, "cost_micros": None, "sha256": key}
    counted = {"tries": 1, "failed": 0, "flagged": 0}
    return CellResult(key=key, varied=varied, repeat=1, **{**usual, **counted, **came})


def cells(rated: bool = True) -> list[CellResult]:
    """4K is a star better; web search takes three seconds, give or take, and $0.015."""
    found = []
    for size, search, (nth, animal) in product(PRICES, (False, True), enumerate(ANIMALS)):
        varied = {"resolution": size, "enable_web_search": search, "animal": animal}
        stars = min(5, 2 + nth % 2 + (size == "4K")) if rated else None
        ms = 4_000 + 100 * nth + search * (3_000 + 40 * (nth % 3))
        cost = PRICES[size] + 15_000 * search
        made = {"rating": stars, "duration_ms": ms, "cost_micros": cost}
        found.append(cell(f"{size} {search} {animal}", varied, **made))
    return found


def looked_at(
    came: Sequence[CellResult], votes: Sequence[Vote] = (), design: Design = DESIGN
) -> Mattered:
    return mattered(design, came, votes, [])


def told(found: Mattered) -> list[str]:
    return sentences(found, exact)


def test_each_parameter_has_a_plain_sentence_and_what_mattered_most_comes_first():
    size, search, animal, offers, chance = told(looked_at(cells()))

    assert size.startswith("resolution: 4K has 1.0 stars more than 1K (0.8 to 1.2 stars);")
    assert "4K costs $0.080000 more than 1K, 1.9 times as much" in size
    assert "true takes 3.0 s longer than false (3.0 to 3.1 s)" in search
    assert "true costs $0.015000 more than false, 1.1 times as much" in search
    assert "no difference one can see in rating (-0.2 to 0.2 stars)" in search
    assert animal.startswith("animal: ")
    assert offers == (
        "Price against rating, by the averages: no cheaper settings beat 1K · false "
        "($0.080000, 2.5 stars), 4K · false ($0.160000, 3.5 stars); dearer or no better: 1K · true "
        "($0.095000, 2.5 stars), 4K · true ($0.175000, 3.5 stars)."
    )
    assert chance.startswith("90 pairs of values were compared")


def test_without_ratings_and_votes_it_says_how_to_get_there():
    found = looked_at(cells(rated=False))

    assert found.quality is None
    assert "rate pictures with 1 to 5" in told(found)[-2]
    assert any("costs $0.080000 more" in sentence for sentence in told(found))


def test_of_nothing_nothing_is_said():
    waiting = [
        replace(one, duration_ms=None, cost_micros=None, sha256=None, tries=0)
        for one in cells(False)
    ]

    assert told(looked_at(waiting)) == []
    assert told(looked_at([])) == []


def votes_for(winner: str, wins: int, of: int, came: Sequence[CellResult]) -> list[Vote]:
    """Votes on cells that differ in their size alone, spread over all of them."""
    pairs = [(one.key.replace("1K", "4K"), one.key) for one in came if one.key.startswith("1K")]
    loses = Outcome.RIGHT if winner == "4K" else Outcome.LEFT
    outcomes = [Outcome.LEFT if winner == "4K" else Outcome.RIGHT] * wins + [loses] * (of - wins)
    random.Random(7).shuffle(outcomes)
    return [
        Vote("x", *pairs[nth % len(pairs)], outcome, "ana", nth)
        for nth, outcome in enumerate(outcomes)
    ]


def test_votes_are_said_as_a_share_with_its_interval():
    came = cells(rated=False)
    found = looked_at(came, votes_for("4K", 90, 120, came))

    assert found.quality is Measure.VOTES
    assert told(found)[0].startswith("resolution: 4K wins 75% of votes (6")
    assert "% of 120 votes)" in told(found)[0]


def test_an_even_vote_is_no_difference():
    came = cells(rated=False)
    (size, *_) = told(looked_at(came, votes_for("4K", 32, 64, came)))

    assert "no difference one can see in votes (1K wins 37% to 63% of 64 votes)" in size


def test_votes_on_pictures_that_are_gone_count_no_more():
    came = cells(rated=False)
    votes = votes_for("4K", 90, 120, came)

    gone = [replace(one, sha256=None) for one in came]

    assert looked_at(gone, votes).voted == 0


def test_columns_that_go_along_with_each_other_have_one_effect():
    axes = (Listed(("style", "animal"), (("ink", "cat"), ("oil", "dog"))),)
    design = replace(DESIGN, axes=axes)
    paired = replace(grid(style=["ink", "oil"], animal=["cat", "dog"]), combine=Combine.PAIRED)
    came = [
        cell("1", {"style": "ink", "animal": "cat"}, cost_micros=80_000),
        cell("2", {"style": "oil", "animal": "dog"}, cost_micros=90_000),
    ]

    for one in (design, paired):
        (sentence,) = [line for line in told(looked_at(came, design=one)) if "costs" in line]
        assert sentence.startswith(
            "style, animal: “oil | dog” costs $0.010000 more than “ink | cat”"
        )


def test_texts_of_others_stand_as_they_are_and_short():
    hostile = "<img src=x> $a$ **b** " * 9
    came = [
        cell("1", {"animal": hostile}, cost_micros=80_000),
        cell("2", {"animal": "cat"}, cost_micros=90_000),
    ]

    (sentence, _) = told(looked_at(came, design=grid(animal=[hostile, "cat"])))

    assert "“<img src=x> $a$ **b** <img src=x> $a$ **…”" in sentence


def test_failures_show_with_the_apis_words():
    came = [
        cell(f"{strict} {n}", {"safety_tolerance": strict, "animal": f"{n}"}, failed=int(bad > n))
        for strict, bad in (("1", 14), ("6", 0))
        for n in range(20)
    ]
    design = grid(safety_tolerance=["1", "6"], animal=[str(n) for n in range(20)])

    found = mattered(design, came, [], [Reason("content_policy", "Refused.", 14)])

    assert (
        "1 fails or is flagged more often than 6: 70% of 20 runs against 0% of 20 runs"
        in told(found)[0]
    )


OFFERS = st.lists(
    st.builds(
        Offer,
        label=st.text(max_size=3),
        price_micros=st.fractions(0, 9, max_denominator=2),
        quality=st.integers(0, 9).map(float),
        interval=st.none(),
        count=st.just(9),
    ),
    max_size=12,
)


@given(OFFERS)
def test_nothing_beats_the_frontier_and_something_beats_all_else(offers: list[Offer]):
    best = frontier(offers)

    def is_beaten(one: Offer) -> bool:
        return any(
            (other.price_micros, -other.quality) != (one.price_micros, -one.quality)
            and other.price_micros <= one.price_micros
            and other.quality >= one.quality
            for other in offers
        )

    assert [one for one in offers if not is_beaten(one)] == [one for one in offers if one in best]


@pytest.mark.parametrize("axes", [(), (Listed(("resolution",), (("1K",),)),)])
def test_where_nothing_is_varied_nothing_mattered(axes: tuple[Listed, ...]):
    came = [cell("1", {"resolution": "1K"}, rating=3, cost_micros=80_000)]

    found = looked_at(came, design=replace(DESIGN, axes=axes))

    assert (found.factors, found.offers) == ((), ())


def test_a_sample_is_fitted_and_says_so():
    chance = random.Random(5)
    came = [
        cell(f"{size} {nth} {hour}", {"resolution": size, "animal": animal, "hour": hour}, **made)
        for size, (nth, animal), hour in product(PRICES, enumerate(ANIMALS), "12345678")
        if chance.random() < 0.25
        for made in [
            {"duration_ms": 4_000 + 99 * nth + (size == "4K") * 2_000 + chance.randint(0, 99)}
        ]
    ]
    design = grid(resolution=["1K", "4K"], animal=ANIMALS, hour=[*"12345678"])
    design = replace(design, combine=Combine.SAMPLE)

    (sentence,) = [one for one in told(looked_at(came, design=design)) if one.startswith("resol")]

    assert sentence.startswith("resolution: 4K takes 2.0 s longer than 1K (2.0 to 2.1 s, by a fit)")

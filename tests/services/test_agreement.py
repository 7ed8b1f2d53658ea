"""How far voters agree: with each other on the same pairs, and with themselves."""

import pytest

from lib.domain.experiment_votes import Outcome, Vote
from lib.services.experiments.agreement import agreement

PAIRS = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]
L, R, T = Outcome.LEFT, Outcome.RIGHT, Outcome.TIE


def votes(by, *outcomes, pairs=PAIRS):
    return [
        Vote("x", left, right, outcome, by, nth, f"{by} {nth} {left}{right}")
        for nth, ((left, right), outcome) in enumerate(zip(pairs, outcomes, strict=False))
    ]


def test_one_voter_agrees_with_nobody():
    found = agreement(votes("ada", L, R, T))

    assert (found.alpha, found.pairs) == (None, 0)


def test_the_same_answers_are_full_agreement_whichever_side_was_which():
    swapped = [(right, left) for left, right in PAIRS]

    found = agreement(votes("ada", L, R, T, L) + votes("bob", R, L, T, R, pairs=swapped))

    assert (found.alpha, found.pairs, found.same) == (1.0, 4, 4)


def test_opposite_answers_are_worse_than_chance():
    found = agreement(votes("ada", L, R, L, R) + votes("bob", R, L, R, L))

    assert found.alpha is not None
    assert found.alpha < 0
    assert (found.pairs, found.same) == (4, 0)


def test_alpha_is_what_the_definition_gives():
    # Coincidences: LL 2 (one pair), RR 2, and L with R once each way.
    found = agreement(votes("ada", L, R, L) + votes("bob", L, R, R))

    observed, expected = 2 / 6, 2 * 3 * 3 / (6 * 5)
    assert found.alpha == pytest.approx(1 - observed / expected)


def test_skipped_pairs_and_second_answers_are_no_second_voter():
    skipped = votes("bob", Outcome.SKIP, Outcome.SKIP)
    found = agreement(votes("ada", L, R) + skipped + votes("ada", R, L))

    assert (found.alpha, found.pairs) == (None, 0)


def test_where_all_said_the_same_throughout_there_is_no_alpha():
    found = agreement(votes("ada", L, L) + votes("bob", L, L))

    assert (found.alpha, found.pairs, found.same) == (None, 2, 2)


def test_a_person_who_says_the_same_of_swapped_sides_keeps_the_answer():
    swapped = [(right, left) for left, right in PAIRS]

    found = agreement(votes("ada", L, R, T) + votes("ada", R, R, T, pairs=swapped))

    assert (found.again, found.kept) == (3, 2)

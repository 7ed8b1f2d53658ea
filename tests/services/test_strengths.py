"""Strengths from votes: honest intervals, also where there is little or nothing to go by."""

import math
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.experiment_pairing import Field, next_pair
from lib.domain.experiment_scores import SURE_ENOUGH, share_won
from lib.domain.experiment_votes import Outcome, Vote
from lib.services.experiments.standings import scores, standing_of
from lib.services.experiments.strengths import PRIOR_VARIANCE, strengths, sure_of_best

ROOT = Path(__file__).parents[2]
KEYS = [f"c{nth:02}" for nth in range(12)]


def vote(left, right, outcome=Outcome.LEFT, by="ada", nth=0):
    return Vote("x", left, right, outcome, by, nth, f"{by} {nth}")


def truth(number, spread, random):
    return {key: random.gauss(0, spread) for key in KEYS[:number]}


def said(true, left, right, random, nth):
    """What a person says who sees the true strengths through noise; each is another person."""
    is_left = random.random() < share_won(true[left] - true[right])
    return vote(left, right, Outcome.LEFT if is_left else Outcome.RIGHT, f"v{nth}", nth)


@pytest.mark.parametrize(("votes", "spread"), [(20, 1.0), (60, 2.0), (120, 0.3)])
def test_intervals_hold_the_true_strengths_as_often_as_they_say(votes, spread):
    held = []
    for seed in range(60):
        random = Random(seed)
        true = truth(12, spread, random)
        mean = sum(true.values()) / len(true)
        cast = [said(true, *random.sample(KEYS, 2), random, nth) for nth in range(votes)]
        found = {score.key: score for score in scores(KEYS, cast)}
        held += [found[key].low <= true[key] - mean <= found[key].high for key in KEYS]

    assert sum(held) / len(held) >= 0.935


def judged_until_sure(true, seed, most):
    """Votes on the pairs that tell most, until one cell is called the best, and what they come to."""
    random, looks, cast = Random(seed), {key: key for key in true}, []
    found = strengths([*true], cast)
    while len(cast) < most and sure_of_best(found) < SURE_ENOUGH:
        for _ in range(3):
            among = Field(looks, cast, f"v{len(cast)}", found.beliefs())
            shown = next_pair(among, random)
            cast.append(said(true, shown.left_key, shown.right_key, random, len(cast)))
        found = strengths([*true], cast)
    return found


def test_whom_it_calls_the_best_is_the_best_nearly_always():
    right, stopped = 0, 0
    for seed in range(30):
        true = truth(4, 2.0, Random(seed))
        found = judged_until_sure(true, seed, most=90)
        if sure_of_best(found) >= SURE_ENOUGH:
            stopped += 1
            right += found.keys[found.order[0]] == max(true, key=true.__getitem__)

    assert stopped >= 15
    assert right / stopped >= 0.9


def test_the_fit_is_where_the_likelihood_is_highest():
    random = Random(3)
    cast = [vote(*random.sample(KEYS, 2), by=f"v{nth}", nth=nth) for nth in range(40)]
    found = strengths(KEYS, cast)
    strength = dict(zip(KEYS, found.strength, strict=True))

    # Each cell has won as often as its strength lets expect, but for the pull of the prior's draw.
    for key in KEYS:
        mine = [one for one in cast if key in one.pair]
        others = [one.right_key if one.left_key == key else one.left_key for one in mine]
        won = sum(one.winner == key for one in mine)
        expected = sum(share_won(strength[key] - strength[other]) for other in others)
        assert abs(won - expected) < 0.5


def test_no_vote_at_all_says_nothing_of_any():
    found = standing_of(KEYS, [])

    assert {(score.score, score.votes) for score in found.scores} == {(0.0, 0)}
    assert all(score.low < -3 < 3 < score.high for score in found.scores)
    assert found.sure < 0.01
    assert (found.more, found.is_enough) == (None, False)
    assert found.beliefs[KEYS[0]].variance == pytest.approx(PRIOR_VARIANCE * 11 / 12)
    assert standing_of([], []).scores == []


def test_only_wins_are_strong_and_not_endlessly_so():
    best, *_others, worst = scores(KEYS[:3], [vote("c00", "c01"), vote("c00", "c02", nth=1)])

    assert (best.key, best.wins, best.losses) == ("c00", 2, 0)
    assert 0 < best.score < best.high < 20
    assert worst.score < 0


def test_parts_that_were_never_compared_have_wide_intervals():
    apart = [vote("c00", "c01", by=f"v{n}", nth=n) for n in range(20)]
    apart += [vote("c02", "c03", by=f"v{n}", nth=20 + n) for n in range(20)]
    bridged = [*apart, *(vote("c00", "c02", Outcome.TIE, f"v{n}", 40 + n) for n in range(20))]

    def width(cast):
        return sum(score.high - score.low for score in scores(KEYS[:4], cast))

    assert math.isfinite(width(apart))
    assert width(apart) > 1.5 * width(bridged)
    assert sure_of_best(strengths(KEYS[:4], apart)) < SURE_ENOUGH


def test_a_tie_is_half_a_win_for_each():
    one, other = scores(KEYS[:2], [vote("c00", "c01", Outcome.TIE)])
    assert (one.score, one.ties, one.votes) == (0.0, 1, 1)
    assert one.high == other.high

    tied = scores(KEYS[:2], [vote("c00", "c01", Outcome.TIE, f"v{n}", n) for n in range(10)])
    assert tied[0].high < one.high


def test_what_one_person_says_twice_of_the_same_pair_counts_once():
    once = scores(KEYS[:2], [vote("c00", "c01")])
    twice = scores(KEYS[:2], [vote("c00", "c01"), vote("c01", "c00", Outcome.RIGHT, nth=1)])
    both = scores(KEYS[:2], [vote("c00", "c01"), vote("c00", "c01", by="bob", nth=1)])

    assert twice[0].score == pytest.approx(once[0].score)
    assert twice[0].high == pytest.approx(once[0].high)
    assert both[0].score > once[0].score


def test_skips_and_votes_on_other_cells_count_for_nothing():
    cast = [vote("c00", "c01"), vote("c01", "c00", Outcome.SKIP, nth=1), vote("c00", "c09", nth=2)]
    found = standing_of(KEYS[:2], cast)

    assert (found.votes, found.skipped, found.by) == (1, 1, {"ada": 1})
    assert found.scores == scores(KEYS[:2], cast[:1])


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(Outcome)).filter(
            lambda one: one[0] != one[1]
        ),
        max_size=60,
    )
)
@settings(max_examples=40)
def test_wins_losses_and_ties_tie_out_and_scores_are_around_zero(answers):
    cast = [vote(*one, by=f"v{nth % 3}", nth=nth) for nth, one in enumerate(answers)]
    found = standing_of(KEYS, cast)

    decided = [one for one in cast if one.is_decided]
    assert sum(score.votes for score in found.scores) == 2 * len(decided)
    assert sum(score.wins for score in found.scores) == sum(score.losses for score in found.scores)
    assert all(one.votes == one.wins + one.losses + one.ties for one in found.scores)
    assert sum(score.score for score in found.scores) == pytest.approx(0, abs=1e-6)
    assert all(score.low < score.score < score.high for score in found.scores)
    assert 0 <= found.sure <= 1
    assert sorted(score.key for score in found.scores) == KEYS


def test_more_votes_are_needed_the_less_is_known():
    def cast(number):
        return [vote("c00", "c01", by=f"v{nth}", nth=nth) for nth in range(number)]

    few, many = standing_of(KEYS[:2], cast(2)), standing_of(KEYS[:2], cast(30))

    assert not few.is_enough
    assert few.more
    assert many.is_enough
    assert many.more == 0


def test_alike_ones_are_not_told_apart_by_any_number_of_votes():
    tied = [vote("c00", "c01", Outcome.TIE, f"v{nth}", nth) for nth in range(50)]

    found = standing_of(KEYS[:2], tied)

    assert (found.is_enough, found.more) == (False, None)


def test_the_library_is_not_loaded_before_somebody_judges():
    code = "import sys, lib.bootstrap; print('evalica' in sys.modules, 'scipy' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == ["False", "False"]

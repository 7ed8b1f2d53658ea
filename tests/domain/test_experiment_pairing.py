"""Which pair is shown next: what tells most, nothing twice, and everything connected at first."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain.experiment_pairing import (
    LONG_AGO,
    SAME_AGAIN_EVERY,
    SECOND_OPINION_EVERY,
    Field,
    count_pairs,
    next_pair,
)
from lib.domain.experiment_scores import Belief
from lib.domain.experiment_votes import Outcome, Vote, pair_of

ANSWERS = st.sampled_from(Outcome)
DECIDED = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]


def looks(number):
    return {f"c{nth:02}": f"picture {nth}" for nth in range(number)}


def judge(cells, answers, *, by="ada", votes=(), seed=1, **others):
    """The votes after so many more answers of a person."""
    votes, random = list(votes), Random(seed)
    for outcome in answers:
        shown = next_pair(Field(cells, votes, by, **others), random)
        if shown is None:
            break
        votes.append(
            Vote("x", shown.left_key, shown.right_key, outcome, by, len(votes), f"{len(votes)}")
        )
    return votes


def parts_of(cells, votes):
    parts = [{key} for key in cells]
    for vote in votes:
        if vote.is_decided:
            joined = set().union(*(part for part in parts if part & set(vote.pair)))
            parts = [part for part in parts if not part & joined] + [joined]
    return len(parts)


@given(st.integers(2, 7), st.lists(ANSWERS, max_size=90), st.integers(0, 99))
@settings(max_examples=60)
def test_a_pair_comes_again_only_as_a_check_or_when_all_were_seen(number, answers, seed):
    cells = looks(number)
    votes = judge(cells, answers, seed=seed)

    seen = Counter()
    for nth, vote in enumerate(votes, start=1):
        is_check = nth % SAME_AGAIN_EVERY == 0
        assert not seen[vote.pair] or is_check or len(seen) == count_pairs(cells)
        seen[vote.pair] += 1
    assert max(seen.values(), default=0) <= 2


@given(st.integers(2, 7), st.integers(0, 99))
@settings(max_examples=20)
def test_all_pairs_are_seen_twice_and_then_there_is_none(number, seed):
    cells = looks(number)
    votes = judge(cells, [Outcome.LEFT] * 200, seed=seed)

    times = Counter(vote.pair for vote in votes)
    assert times == dict.fromkeys((pair_of(*pair) for pair in combinations(cells, 2)), 2)
    assert next_pair(Field(cells, votes, "ada"), Random(seed)) is None
    assert next_pair(Field(cells, votes, "bob"), Random(seed)) is not None


@given(st.integers(2, 20), st.integers(0, 99))
@settings(max_examples=30)
def test_each_vote_joins_two_parts_until_all_cells_are_connected(number, seed):
    cells = looks(number)
    votes = judge(cells, [Outcome.TIE] * (number - 1), seed=seed)

    assert len(votes) == number - 1
    assert parts_of(cells, votes) == 1


def test_a_skipped_pair_connects_nothing():
    cells = looks(3)

    votes = judge(cells, [Outcome.SKIP, Outcome.LEFT, Outcome.LEFT])

    assert parts_of(cells, votes) == 1


def test_two_of_the_same_picture_are_never_a_pair():
    cells = looks(4) | {"c01": "picture 0"}

    votes = judge(cells, [Outcome.LEFT] * 50)

    assert count_pairs(cells) == 5
    assert {vote.pair for vote in votes} == {
        pair for pair in combinations(sorted(cells), 2) if pair != ("c00", "c01")
    }


@given(st.integers(2, 9), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=20)
def test_only_cells_of_the_same_group_meet_and_all_of_them_do(number, parts, seed):
    cells = looks(number)
    groups = {key: f"group {nth % parts}" for nth, key in enumerate(cells)}

    votes = judge(cells, [Outcome.TIE] * 90, seed=seed, groups=groups)

    together = {pair for pair in combinations(cells, 2) if groups[pair[0]] == groups[pair[1]]}
    assert {vote.pair for vote in votes} == together
    assert count_pairs(cells, groups) == len(together)


def test_one_cell_or_none_makes_no_pair():
    assert next_pair(Field(looks(1), [], "ada"), Random(1)) is None
    assert next_pair(Field({}, [], "ada"), Random(1)) is None


def test_sides_are_shuffled():
    cells = looks(12)
    votes = judge(cells, [Outcome.TIE] * 60)

    left_first = sum(vote.left_key < vote.right_key for vote in votes)
    assert 15 < left_first < 45


def test_every_fifth_pair_was_judged_by_somebody_else():
    cells = looks(10)
    votes = judge(cells, [Outcome.LEFT] * 12)

    of_bob = judge(cells, [Outcome.LEFT] * 10, by="bob", votes=votes)[12:]

    judged = {vote.pair for vote in votes}
    checks = [vote for nth, vote in enumerate(of_bob, 1) if nth % SECOND_OPINION_EVERY == 0]
    assert len(checks) == 2
    assert all(vote.pair in judged for vote in checks)


def test_every_twentieth_pair_is_ones_own_of_long_ago_with_its_sides_swapped():
    votes = judge(looks(12), [Outcome.LEFT] * SAME_AGAIN_EVERY)

    first_time = next(vote for vote in votes if vote.pair == votes[-1].pair)
    assert first_time is not votes[-1]
    assert (first_time.left_key, first_time.right_key) == (votes[-1].right_key, votes[-1].left_key)
    assert votes.index(first_time) < SAME_AGAIN_EVERY - LONG_AGO


def test_the_hardest_to_foretell_comes_before_what_is_known():
    cells = looks(4)
    votes = judge(cells, [Outcome.LEFT] * 3)
    seen = {vote.pair for vote in votes}
    beliefs = {key: Belief(-9.0, 0.1) for key in cells}
    close = next(pair for pair in combinations(sorted(cells), 2) if pair not in seen)
    beliefs |= dict.fromkeys(close, Belief(1.0, 1.0))

    shown = next_pair(Field(cells, votes, "ada", beliefs), Random(1))

    assert shown is not None
    assert shown.pair == close


def test_what_others_look_at_is_left_to_them_while_there_is_anything_else():
    cells = looks(3)
    pairs = [*combinations(sorted(cells), 2)]

    shown = next_pair(Field(cells, [], "ada", busy=pairs[:2]), Random(1))
    assert shown is not None
    assert shown.pair == pairs[2]
    assert next_pair(Field(cells, [], "ada", busy=pairs), Random(1)) is not None


def test_what_is_planned_is_not_planned_again():
    field, random, planned = Field(looks(4), [], "ada"), Random(1), []
    for _ in range(6):
        shown = next_pair(replace(field, planned=planned), random)
        assert shown is not None
        planned.append(shown.pair)

    assert len(set(planned)) == 6


def test_votes_on_cells_that_are_judged_no_more_are_left_out():
    votes = judge(looks(4), [Outcome.LEFT] * 6)
    two = {key: look for key, look in looks(4).items() if key in ("c00", "c01")}

    assert len(judge(two, [Outcome.LEFT] * 9, votes=votes)) == 7


def test_the_same_random_source_shows_the_same_pairs():
    assert judge(looks(9), DECIDED * 9, seed=5) == judge(looks(9), DECIDED * 9, seed=5)
    assert judge(looks(9), DECIDED * 9, seed=5) != judge(looks(9), DECIDED * 9, seed=6)

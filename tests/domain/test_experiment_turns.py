"""Whose cell is next: people take turns, clicks do not wait, and nobody waits for ever."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment_turns import AHEAD, Turn, next_turn

MOST = 8


def given_out(turns, rounds, *, open_runs=0, most=MOST):
    """Who gets the next so many places, when nothing ends meanwhile."""
    now, found = {turn.experiment_id: turn for turn in turns}, []
    for number in range(rounds):
        chosen = next_turn([*now.values()], open_runs=open_runs + number, most=most)
        if chosen is None:
            break
        turn = now[chosen]
        now[chosen] = replace(turn, open_cells=turn.open_cells + 1, last_at=number)
        found.append(turn)
    return found


def test_nobody_has_a_turn_where_nothing_waits():
    assert next_turn([], open_runs=0, most=MOST) is None


def test_no_more_is_queued_than_keeps_the_room_full():
    assert len(given_out([Turn("a", "ada")], 100)) == MOST + AHEAD


def test_people_share_the_room_however_many_experiments_each_has():
    turns = [Turn("a1", "ada"), Turn("a2", "ada"), Turn("a3", "ada"), Turn("b1", "bo")]

    found = given_out(turns, 8)

    assert Counter(turn.created_by for turn in found) == {"ada": 4, "bo": 4}
    assert {turn.experiment_id for turn in found} == {"a1", "a2", "a3", "b1"}


def test_who_comes_later_is_next_until_both_have_the_same():
    turns = [Turn("a", "ada", 5, 5), Turn("b", "bo")]

    assert [turn.created_by for turn in given_out(turns, 5)] == ["bo"] * 5


def test_who_has_nothing_under_way_gets_a_place_behind_the_clicks():
    assert next_turn([Turn("a", "ada")], open_runs=1000, most=MOST) == "a"
    assert next_turn([Turn("a", "ada", 1, 1)], open_runs=1000, most=MOST) is None


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=8), st.integers(1, 40))
def test_no_two_people_who_wait_differ_by_more_than_one(people, rounds):
    turns = [Turn(f"x{number}", person) for number, person in enumerate(people)]

    counts = Counter(turn.created_by for turn in given_out(turns, rounds, most=100))

    assert max(counts.values()) - min(counts.get(person, 0) for person in people) <= 1

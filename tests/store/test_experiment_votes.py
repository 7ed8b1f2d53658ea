"""Votes: each showing of a pair is answered once, and what is taken back is a record too."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lib.domain.experiment_votes import Outcome, VoteWrong
from lib.store.experiment_votes import ExperimentVotes
from lib.store.schema_votes import experiment_vote, experiment_vote_undo
from tests.store.experimenting import Lab, lab_on
from tests.store.held_runs import house_on


@pytest.fixture
def lab(database: sa.Engine) -> Lab:
    lab = lab_on(house_on(database))
    lab.start()
    return lab


@pytest.fixture
def votes(lab: Lab) -> ExperimentVotes:
    return ExperimentVotes(lab.house.database, lab.house.clock)


@pytest.fixture
def keys(lab: Lab) -> list[str]:
    return [cell.key for cell in lab.records.cells("x1")]


def say(votes, left, right, outcome=Outcome.LEFT, token="t1", by="ada"):
    said = {"left_key": left, "right_key": right, "outcome": outcome}
    return votes.cast("x1", **said, by=by, token=token)


def rows(lab: Lab, table: sa.Table) -> int:
    with lab.house.database.connect() as db:
        return db.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_vote_is_read_back_with_its_sides_and_its_time(lab, votes, keys):
    assert say(votes, keys[1], keys[0], Outcome.TIE)

    (vote,) = votes.of("x1")
    assert (vote.left_key, vote.right_key) == (keys[1], keys[0])
    assert (vote.outcome, vote.by, vote.at) == (Outcome.TIE, "ada", lab.house.clock.now_ms())
    assert votes.of("x2") == []


def test_a_showing_is_answered_once_whatever_the_second_answer_is(votes, keys):
    assert say(votes, keys[0], keys[1], Outcome.LEFT)
    assert not say(votes, keys[0], keys[1], Outcome.RIGHT)

    assert [vote.outcome for vote in votes.of("x1")] == [Outcome.LEFT]


def test_an_answer_that_was_taken_back_does_not_come_back_with_a_late_repeat(votes, keys):
    say(votes, keys[0], keys[1])
    votes.take_back("x1", by="ada", token="t1")

    assert not say(votes, keys[0], keys[1])
    assert votes.of("x1") == []


def test_taking_back_leaves_what_was_there_before_and_keeps_both_records(lab, votes, keys):
    say(votes, keys[0], keys[1], token="t1")
    before = votes.of("x1")
    say(votes, keys[2], keys[3], Outcome.SKIP, token="t2")

    back = votes.take_back("x1", by="ada", token="t2")

    assert back is not None
    assert back.left_key == keys[2]
    assert votes.of("x1") == before
    assert (rows(lab, experiment_vote), rows(lab, experiment_vote_undo)) == (2, 1)


def test_only_ones_own_last_vote_is_taken_back_and_once(votes, keys):
    say(votes, keys[0], keys[1], token="t1")
    say(votes, keys[0], keys[2], token="t2")
    say(votes, keys[0], keys[3], token="t3", by="bob")

    assert votes.take_back("x1", by="ada", token="t1") is None
    assert votes.take_back("x1", by="ada", token="t3") is None
    assert votes.take_back("x1", by="ada", token="t2") is not None
    assert votes.take_back("x1", by="ada", token="t2") is None
    assert votes.take_back("x1", by="ada", token="t1") is not None
    assert [vote.by for vote in votes.of("x1")] == ["bob"]


@pytest.mark.parametrize("other", ["nothing", "itself"])
def test_what_is_not_two_cells_of_the_experiment_is_refused(votes, keys, other):
    with pytest.raises(VoteWrong, match="not two cells"):
        say(votes, keys[0], keys[0] if other == "itself" else other)

    assert votes.of("x1") == []


def test_many_at_once_lose_no_vote_and_count_none_twice(votes, keys):
    answers = [(keys[0], keys[1 + n % 3], f"t{n}", f"voter{n % 5}") for n in range(40)] * 2

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(lambda a: say(votes, a[0], a[1], token=a[2], by=a[3]), answers))

    assert sum(told) == 40
    assert sorted(vote.token for vote in votes.of("x1")) == sorted(f"t{n}" for n in range(40))

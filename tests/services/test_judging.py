"""Judging asks much after each vote: what changes little is not worked out anew."""

from random import Random

from lib.domain.experiment_judged import Choice, JudgedCell
from lib.domain.experiment_votes import Outcome, Vote
from lib.services.experiments.judging import MANY_VOTES, JudgingService
from tests.set_clock import SetClock

KEYS = ("a", "b", "c")


class Kept:
    """Cells and votes that a test has at hand."""

    def __init__(self) -> None:
        self.votes: list[Vote] = []
        self.cells = [JudgedCell(key, nth, f"picture {key}") for nth, key in enumerate(KEYS)]

    def cast(self, number: int) -> None:
        for nth in range(len(self.votes), len(self.votes) + number):
            left, right = KEYS[nth % 3], KEYS[(nth + 1) % 3]
            self.votes.append(Vote("x", left, right, Outcome.LEFT, f"v{nth}", nth, f"t{nth}"))


class Votes:
    def __init__(self, kept: Kept) -> None:
        self.of = lambda _experiment_id: list(kept.votes)


class Cells:
    def __init__(self, kept: Kept) -> None:
        self.of = lambda _experiment_id: list(kept.cells)


def judging(kept: Kept) -> JudgingService:
    return JudgingService(cells=Cells(kept), votes=Votes(kept), clock=SetClock(), random=Random(1))


def test_of_few_votes_each_counts_at_once():
    kept = Kept()
    service = judging(kept)

    for number in range(1, 4):
        kept.cast(1)
        assert service.standing("x", is_rough=True).votes == number


def test_of_very_many_votes_the_last_few_may_miss_where_that_is_allowed():
    kept = Kept()
    kept.cast(MANY_VOTES)
    service = judging(kept)
    service.standing("x", is_rough=True)

    kept.cast(10)
    assert service.standing("x", is_rough=True).votes == MANY_VOTES
    assert service.standing("x").votes == MANY_VOTES + 10

    kept.cast(15)
    assert service.standing("x", is_rough=True).votes == MANY_VOTES + 25


def test_flagged_and_badly_rated_cells_are_judged_when_that_is_chosen():
    kept = Kept()
    kept.cells[0] = JudgedCell("a", 0, "picture a", rating=4, is_flagged=True)
    kept.cells[1] = JudgedCell("b", 1, "picture b", rating=3)
    service = judging(kept)

    def judged(**choice):
        return [cell.key for cell in service.cells("x", Choice(**choice))]

    assert judged() == ["b", "c"]
    assert judged(with_flagged=True) == ["a", "b", "c"]
    assert judged(least_rating=3) == ["b"]
    assert judged(least_rating=4, with_flagged=True) == ["a"]

"""What votes come to: the score of each cell, whether it is enough, who voted and how they agree."""

from collections import Counter
from collections.abc import Iterable, Sequence

from lib.domain.experiment_scores import Score, Standing
from lib.domain.experiment_votes import Vote
from lib.services.experiments.agreement import agreement
from lib.services.experiments.strengths import strengths, sure_of_best, votes_still_needed


def scores(keys: Sequence[str], votes: Iterable[Vote]) -> list[Score]:
    """The score of each of these cells, the best first: Bradley-Terry, with 95 % intervals.

    Ties are half a win for each; skipped pairs, and votes on other cells, do not count.
    """
    return list(standing_of(keys, list(votes)).scores)


def standing_of(keys: Sequence[str], votes: Sequence[Vote]) -> Standing:
    """What votes say of these cells."""
    known = set(keys)
    counted = [vote for vote in votes if set(vote.pair) <= known]
    decided = [vote for vote in counted if vote.is_decided]
    found = strengths(keys, decided)
    wins = Counter(vote.winner for vote in decided if vote.winner)
    ties = Counter(key for vote in decided if not vote.winner for key in vote.pair)
    shown = Counter(key for vote in decided for key in vote.pair)
    return Standing(
        scores=[
            Score(
                *(keys[at], *found.bounds(at), shown[keys[at]], wins[keys[at]]),
                losses=shown[keys[at]] - wins[keys[at]] - ties[keys[at]],
                ties=ties[keys[at]],
            )
            for at in found.order
        ],
        beliefs=found.beliefs(),
        sure=sure_of_best(found),
        more=votes_still_needed(found, len(decided)),
        votes=len(decided),
        skipped=len(counted) - len(decided),
        by=Counter(vote.by for vote in decided),
        agreement=agreement(counted),
    )

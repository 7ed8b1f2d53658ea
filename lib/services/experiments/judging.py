"""Judging an experiment blind: which pair comes next, what was said, and what it comes to."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

import uuid_utils

from lib.domain.clock import Clock
from lib.domain.experiment_judged import Choice, JudgedCell, Showing, is_chosen
from lib.domain.experiment_pairing import Field, next_pair
from lib.domain.experiment_scores import Score, Standing
from lib.domain.experiment_votes import Outcome, Pair, Vote
from lib.services.experiments.agreement import agreement
from lib.services.experiments.strengths import strengths, sure_of_best, votes_still_needed
from lib.store.experiment_judged import JudgedCells
from lib.store.experiment_votes import ExperimentVotes

LOOKED_AT_S = 120.0
"""So long a pair is left to the person it was shown to."""
MOST_REMEMBERED = 16
ALL = Choice()


class JudgingService:
    """Shows pairs and counts votes. `random` shuffles; `clock` tells how long one was looked at."""

    def __init__(
        self, *, cells: JudgedCells, votes: ExperimentVotes, clock: Clock, random: Random
    ) -> None:
        self._cells = cells
        self._votes = votes
        self._clock = clock
        self._random = random
        self._turn = threading.Lock()
        self._looked_at: dict[tuple[str, Pair], tuple[str, float]] = {}
        self._known: dict[tuple[str, int], Standing] = {}

    # -- voting ----------------------------------------------------------------------------------

    def show(
        self, experiment_id: str, choice: Choice = ALL, *, by: str, planned: Sequence[Pair] = ()
    ) -> Showing | None:
        """The next pair for a person; None when there is none left.

        `planned` are the pairs that this person has before it and did not answer yet.
        """
        cells = self.cells(experiment_id, choice)
        votes = self._votes.of(experiment_id)
        beliefs = self._standing(experiment_id, cells, votes).beliefs
        looks = {cell.key: cell.sha256 for cell in cells}
        with self._turn:
            busy = self._busy(experiment_id, by)
            among = Field(looks, votes, by, beliefs, busy, tuple(planned))
            chosen = next_pair(among, self._random)
            if chosen is None:
                return None
            until = self._clock.monotonic_s() + LOOKED_AT_S
            self._looked_at[experiment_id, chosen.pair] = (by, until)
        at = {cell.key: cell for cell in cells}
        return self._showing(experiment_id, at[chosen.left_key], at[chosen.right_key])

    def vote(self, shown: Showing, outcome: Outcome, *, by: str) -> bool:
        """Count what a person says of a pair; False when this showing was answered before.

        Raises VoteWrong and NotWritten.
        """
        return self._votes.cast(
            shown.experiment_id,
            left_key=shown.left.key,
            right_key=shown.right.key,
            outcome=outcome,
            by=by,
            token=shown.token,
        )

    def take_back(self, experiment_id: str, *, by: str, token: str) -> bool:
        """Take one's last vote back, named by its showing; False when it is not the last."""
        return self._votes.take_back(experiment_id, by=by, token=token) is not None

    def again(self, shown: Showing) -> Showing:
        """The same pair with the same sides, to be answered anew."""
        return self._showing(shown.experiment_id, shown.left, shown.right)

    def last_token(self, experiment_id: str, *, by: str) -> str | None:
        """The showing that a person has answered last: what can be taken back."""
        own = [vote.token for vote in self._votes.of(experiment_id) if vote.by == by]
        return own[-1] if own else None

    # -- looking ---------------------------------------------------------------------------------

    def cells(self, experiment_id: str, choice: Choice = ALL) -> list[JudgedCell]:
        """The cells that are judged, each by its first picture."""
        return [cell for cell in self._cells.of(experiment_id) if is_chosen(cell, choice)]

    def standing(self, experiment_id: str, choice: Choice = ALL) -> Standing:
        """What all votes so far come to."""
        cells = self.cells(experiment_id, choice)
        return self._standing(experiment_id, cells, self._votes.of(experiment_id))

    def _standing(
        self, experiment_id: str, cells: Sequence[JudgedCell], votes: Sequence[Vote]
    ) -> Standing:
        """Asked for after each vote, several times: what is known already is not worked out anew."""
        keys = tuple(cell.key for cell in cells)
        known = experiment_id, hash((keys, tuple(vote.token for vote in votes)))
        if (found := self._known.get(known)) is None:
            found = standing_of(keys, votes)
            with self._turn:
                for old in [*self._known][: 1 - MOST_REMEMBERED]:
                    del self._known[old]
                self._known[known] = found
        return found

    def _busy(self, experiment_id: str, by: str) -> list[Pair]:
        """What others look at just now; what was looked at too long is forgotten."""
        now = self._clock.monotonic_s()
        self._looked_at = {at: of for at, of in self._looked_at.items() if of[1] > now}
        return [
            pair
            for (experiment, pair), (person, _until) in self._looked_at.items()
            if experiment == experiment_id and person != by
        ]

    def _showing(self, experiment_id: str, left: JudgedCell, right: JudgedCell) -> Showing:
        prompts = self._cells.prompts(experiment_id, (left.key, right.key))
        prompt = prompts.get(left.key)
        same = prompt if prompt == prompts.get(right.key) else None
        return Showing(str(uuid_utils.uuid7()), experiment_id, left, right, same)


# -- what votes come to --------------------------------------------------------------------------


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

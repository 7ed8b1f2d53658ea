"""Judging an experiment blind: which pair comes next, what was said, and what it comes to."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import uuid_utils

from lib.domain.clock import Clock
from lib.domain.experiment_judged import Choice, JudgedCell, Showing, group_of, is_chosen
from lib.domain.experiment_pairing import Chosen, Field, next_pair
from lib.domain.experiment_scores import Standing
from lib.domain.experiment_votes import Outcome, Pair, Vote
from lib.store.experiment_judged import JudgedCells
from lib.store.experiment_votes import ExperimentVotes

LOOKED_AT_S = 120.0
"""So long a pair is left to the person it was shown to."""
MOST_REMEMBERED = 16
MANY_VOTES, NOT_MUCH = 1_000, 0.02
"""Of so many votes, what so small a share of new ones changes is not worked out at each vote."""
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
        self._last: dict[tuple[str, int], Standing] = {}

    # -- voting ----------------------------------------------------------------------------------

    def show(
        self,
        experiment_id: str,
        choice: Choice = ALL,
        *,
        by: str,
        planned: Sequence[Pair] = (),
        most: int = 1,
    ) -> list[Showing]:
        """The next pairs for a person, `most` of them; fewer, or none, where no more are left.

        `planned` are the pairs that this person has before them and did not answer yet.
        """
        cells = {cell.key: cell for cell in self.cells(experiment_id, choice)}
        votes = self._votes.of(experiment_id)
        beliefs = self._roughly(experiment_id, [*cells], votes).beliefs
        looks = {key: cell.sha256 for key, cell in cells.items()}
        groups = {key: group_of(cell, choice) for key, cell in cells.items()}
        among = Field(looks, votes, by, beliefs, planned=tuple(planned), groups=groups)
        return [
            self._showing(experiment_id, cells[one.left_key], cells[one.right_key])
            for one in self._choose(experiment_id, among, most)
        ]

    def _choose(self, experiment_id: str, among: Field, most: int) -> list[Chosen]:
        """So many pairs, which are left to this person for a while."""
        found: list[Chosen] = []
        with self._turn:
            among = replace(among, busy=self._busy(experiment_id, among.voter))
            until = self._clock.monotonic_s() + LOOKED_AT_S
            while len(found) < most and (chosen := next_pair(among, self._random)):
                found.append(chosen)
                among = replace(among, planned=(*among.planned, chosen.pair))
                self._looked_at[experiment_id, chosen.pair] = (among.voter, until)
        return found

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

    def take_back(self, experiment_id: str, *, by: str, token: str) -> Showing | None:
        """Take one's last vote back, and show its pair anew, as it was; None: it is not the last."""
        back = self._votes.take_back(experiment_id, by=by, token=token)
        if back is None:
            return None
        at = {cell.key: cell for cell in self._cells.of(experiment_id)}
        if back.left_key not in at or back.right_key not in at:
            return None
        return self._showing(experiment_id, at[back.left_key], at[back.right_key])

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

    def standing(
        self, experiment_id: str, choice: Choice = ALL, *, is_rough: bool = False
    ) -> Standing:
        """What all votes so far come to; where it `is_rough`, the last few of very many may miss."""
        keys = [cell.key for cell in self.cells(experiment_id, choice)]
        come_to = self._roughly if is_rough else self._standing
        return come_to(experiment_id, keys, self._votes.of(experiment_id))

    def _roughly(self, experiment_id: str, keys: Sequence[str], votes: Sequence[Vote]) -> Standing:
        """Over thousands of cells it takes seconds: too long between two votes."""
        of = experiment_id, hash(tuple(keys))
        last = self._last.get(of)
        if last and len(votes) >= MANY_VOTES:
            new = abs(len(votes) - last.votes - last.skipped)
            if new <= NOT_MUCH * len(votes):
                return last
        self._last[of] = self._standing(experiment_id, keys, votes)
        return self._last[of]

    def _standing(self, experiment_id: str, keys: Sequence[str], votes: Sequence[Vote]) -> Standing:
        """Asked for after each vote, several times: what is known already is not worked out anew."""
        known = experiment_id, hash((tuple(keys), tuple(vote.token for vote in votes)))
        if (found := self._known.get(known)) is None:
            # With NumPy it takes a while to load, and the server is to listen before.
            from lib.services.experiments.standings import standing_of

            found = standing_of(keys, votes)
            with self._turn:
                self._known = dict([*self._known.items()][1 - MOST_REMEMBERED :])
                self._known[known] = found
                self._last = dict([*self._last.items()][1 - MOST_REMEMBERED :])
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

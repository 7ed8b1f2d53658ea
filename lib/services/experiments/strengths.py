"""From votes to strengths: a Bradley-Terry model, by evalica, with intervals from its curvature.

Beside the votes, each cell has drawn once with an average one. Without that prior, a cell that has
only won would be endlessly strong, and one without votes, or parts that were never compared, would
have no strength at all. With it the intervals are wide there, as they should be. Intervals that
hold 95 % were looked for: two draws hold too little where cells differ much.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, prod, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from lib.domain.experiment_scores import SURE_ENOUGH, Belief
from lib.domain.experiment_votes import Vote

PRIOR_DRAWS = 1.0
PRIOR_VARIANCE = 4 / PRIOR_DRAWS
"""Of a cell without votes: the inverse of the prior's curvature, a quarter for each draw."""
TOLERANCE, MOST_STEPS = 1e-8, 10_000
SIDE_95 = NormalDist().inv_cdf(0.975)
MOST_MORE = 5_000
"""When more votes than these would be needed, they are in vain: the best ones are alike."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Strengths:
    """The strength of each cell against an average one, in log-odds.

    `errors` are its standard deviations, `apart` those of the best one's lead over each.
    """

    keys: tuple[str, ...]
    strength: Floats
    errors: Floats
    apart: Floats

    @property
    def order(self) -> list[int]:
        """The places of the cells, the best first; of equals the one that is better known."""
        return [int(at) for at in np.lexsort((self.errors, -self.strength))]

    def bounds(self, at: int) -> tuple[float, float, float]:
        """The strength at a place, and the bounds that hold it with 95 %."""
        middle, side = float(self.strength[at]), SIDE_95 * float(self.errors[at])
        return middle, middle - side, middle + side

    def beliefs(self) -> dict[str, Belief]:
        """What is known of each cell."""
        known = zip(self.keys, self.strength, self.errors, strict=True)
        return {key: Belief(float(one), float(error) ** 2) for key, one, error in known}


def strengths(keys: Sequence[str], votes: Sequence[Vote]) -> Strengths:
    """How strong each of these cells is. Votes on others, and skipped pairs, do not count.

    What one person said of the same two cells counts together as one vote.
    """
    known = set(keys)
    counted = [vote for vote in votes if vote.is_decided and set(vote.pair) <= known]
    voted = sorted({key for vote in counted for key in vote.pair})
    if not voted:
        return _centred(tuple(keys), [], np.zeros(0), np.zeros((0, 0)))
    fitted, spread = _fit(voted, counted)
    return _centred(tuple(keys), voted, fitted, spread)


def _fit(voted: Sequence[str], votes: Sequence[Vote]) -> tuple[Floats, Floats]:
    """The strengths of the cells that have votes, and their covariances, against the prior's cell."""
    import evalica
    import pandas as pd

    place = {key: at for at, key in enumerate(voted)}
    average = len(voted)
    left = [place[vote.left_key] for vote in votes] + [*range(average)]
    right = [place[vote.right_key] for vote in votes] + [average] * average
    winners = [_winner(vote, evalica.Winner) for vote in votes] + [evalica.Winner.Draw] * average
    times = Counter((vote.by, vote.pair) for vote in votes)
    weights = [1 / times[vote.by, vote.pair] for vote in votes] + [PRIOR_DRAWS] * average
    found = evalica.bradley_terry(
        *(left, right, winners),
        index=pd.RangeIndex(average + 1),
        weights=weights,
        tolerance=TOLERANCE,
        limit=MOST_STEPS,
    )
    odds = np.log(found.scores.reindex(range(average + 1)).to_numpy(dtype=np.float64))
    odds -= odds[average]
    return odds[:average], _covariances(odds, np.array(left), np.array(right), np.array(weights))


def _winner(vote: Vote, winner: Any) -> Any:
    if vote.winner is None:
        return winner.Draw
    return winner.X if vote.winner == vote.left_key else winner.Y


def _covariances(odds: Floats, left: Any, right: Any, weights: Floats) -> Floats:
    """The inverse of the likelihood's curvature: each vote tells p (1 - p) about a difference."""
    won = 1 / (1 + np.exp(odds[right] - odds[left]))
    told = weights * won * (1 - won)
    curvature = np.zeros((len(odds), len(odds)))
    for one, other, sign in (
        (left, left, 1),
        (right, right, 1),
        (left, right, -1),
        (right, left, -1),
    ):
        np.add.at(curvature, (one, other), sign * told)
    return np.asarray(np.linalg.inv(curvature[:-1, :-1]), dtype=np.float64)


def _centred(
    keys: tuple[str, ...], voted: Sequence[str], fitted: Floats, spread: Floats
) -> Strengths:
    """Against the average of all cells: those without votes stand at the prior's middle."""
    size, places = len(keys), {key: at for at, key in enumerate(keys)}
    at = np.array([places[key] for key in voted], dtype=np.intp)
    raw, variance = np.zeros(size), np.full(size, PRIOR_VARIANCE)
    shared = variance.copy()
    raw[at], variance[at], shared[at] = fitted, np.diag(spread), spread.sum(axis=1)
    strength = raw - raw.mean() if size else raw
    errors = variance - 2 * shared / max(size, 1) + shared.sum() / max(size, 1) ** 2
    best = int(np.lexsort((errors, -strength))[0]) if size else 0
    together = np.zeros(size)
    if size and keys[best] in voted:
        together[at] = spread[list(voted).index(keys[best])]
    apart = variance + (variance[best] if size else 0.0) - 2 * together
    return Strengths(
        keys, strength, np.sqrt(np.maximum(errors, 0)), np.sqrt(np.maximum(apart, 1e-12))
    )


def sure_of_best(found: Strengths, narrower: float = 1.0) -> float:
    """The probability, at least, that the first one is the best.

    Its leads over the others go together, since its own strength is part of each: so it has all of
    them at least as often as if each were by itself.
    """
    return prod(1 - risk for risk in _risks(found, narrower)) if len(found.keys) > 1 else 0.0


def votes_still_needed(found: Strengths, votes: int) -> int | None:
    """About how many more votes make it SURE_ENOUGH, if they tell as much as those so far.

    None when that cannot be said, or there would be more than MOST_MORE.
    """
    if not votes or len(found.keys) < 2:
        return None
    narrower = 1.0
    for _ in range(60):
        if sure_of_best(found, narrower) >= SURE_ENOUGH:
            more = round(votes * (narrower**2 - 1))
            return more if more <= MOST_MORE else None
        narrower *= 1.1
    return None


def _risks(found: Strengths, narrower: float) -> list[float]:
    """For each cell but the best, the probability that it is better than the best."""
    best, *others = found.order
    leads = found.strength[best] - found.strength
    return [0.5 * erfc(leads[at] / found.apart[at] * narrower / sqrt(2)) for at in others]

"""The share of votes that the values of a parameter win against its other values.

Votes are not independent of each other: those on one picture hang together, and so do those of one
voter. The spread of a share is reckoned with that (dyadic clusters: Aronow, Samii and Assenova,
Political Analysis 23 (2015), 564-577; voters beside them: Cameron, Gelbach and Miller, Journal of
Business and Economic Statistics 29 (2011), 238-249), and Wilson's interval is that of as many
independent votes as have the same spread (Korn and Graubard, Survey Methodology 24 (1998),
193-201).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.domain.experiment_effects import Comparison, Effect, Figure, Measure
from lib.domain.experiment_results import Factor, Result, words_in_order
from lib.domain.experiment_votes import Outcome, Vote
from lib.domain.intervals import ALPHA, Interval, t_of, wilson

FEWEST_VOTES = 20
FEWEST_PICTURES = 5
"""With the value, and without it: a few pictures may be lucky."""
ENOUGH_ALIKE = 0.5
"""Where so large a share of the votes is between cells alike in all else, only those count."""
THE_OTHERS = "the others"
POINTS = {Outcome.LEFT: 1.0, Outcome.RIGHT: 0.0, Outcome.TIE: 0.5}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote from one value's side: `points` are 1, 0, or half for a tie."""

    mine: str
    other: str
    points: float
    by: str

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.mine, self.other))


def votes_effect(
    factor: Factor, nth: int, results: Sequence[Result], votes: Iterable[Vote]
) -> Effect | None:
    """What the nth factor does to votes; None where nobody has voted on any difference in it."""
    ballots = _ballots(nth, {result.key: result for result in results}, votes)
    words = [word for word in words_in_order(results, nth) if word in ballots]
    if len(words) < 2:
        return None
    figures, compared, missing = [], [], ""
    alpha = ALPHA / (len(words) if len(words) > 2 else 1)
    for word in words:
        share, interval, widened = share_of(ballots[word], ALPHA, alpha)
        figures.append(Figure(word, len(ballots[word]), share, interval))
        lack = _lack(ballots[word])
        missing = missing or lack
        around = None if lack else (widened[0] - 0.5, widened[1] - 0.5)
        compared.append(Comparison(word, THE_OTHERS, len(ballots[word]), share - 0.5, around))
    return Effect(factor, Measure.VOTES, tuple(figures), tuple(compared), missing)


def share_of(
    ballots: Sequence[Ballot], alpha: float, widened: float
) -> tuple[float, Interval, Interval]:
    """The share won, and where it lies: with that certainty, and with another."""
    n = len(ballots)
    share = sum(one.points for one in ballots) / n
    rests = [one.points - share for one in ballots]
    alone = sum(rest * rest for rest in rests)
    clusters = _fewer_pictures(ballots)
    if alone == 0:  # all the same: how much they hang together cannot be seen
        effective = float(min(n, clusters))
    else:
        effective = n * alone / max(alone, _clustered(ballots, rests))
    df = max(1, clusters - 1)
    one, other = (wilson(share, effective, t_of(told, df)) for told in (alpha, widened))
    return share, one, other


def _ballots(
    nth: int, cells: Mapping[str, Result], votes: Iterable[Vote]
) -> dict[str, list[Ballot]]:
    """By value, the votes on cells that differ in the factor: from the side of either value."""
    alike: list[Vote] = []
    every: list[Vote] = []
    for vote in votes:
        left, right = cells.get(vote.left_key), cells.get(vote.right_key)
        if left and right and vote.is_decided and left.values[nth] != right.values[nth]:
            every.append(vote)
            if sum(a != b for a, b in zip(left.values, right.values, strict=True)) == 1:
                alike.append(vote)
    taken = alike if len(alike) >= max(FEWEST_VOTES, ENOUGH_ALIKE * len(every)) else every
    found: dict[str, list[Ballot]] = defaultdict(list)
    for vote in taken:
        one, other, points = vote.left_key, vote.right_key, POINTS[vote.outcome]
        found[cells[one].values[nth]].append(Ballot(one, other, points, vote.by))
        found[cells[other].values[nth]].append(Ballot(other, one, 1 - points, vote.by))
    return found


def _lack(ballots: Sequence[Ballot]) -> str:
    """What is missing to say anything; empty when nothing is."""
    pictures = _fewer_pictures(ballots)
    if len(ballots) < FEWEST_VOTES:
        return f"{len(ballots)} votes, it takes {FEWEST_VOTES}"
    if pictures < FEWEST_PICTURES:
        return f"votes on {pictures} pictures of a value, it takes {FEWEST_PICTURES}"
    return ""


def _fewer_pictures(ballots: Sequence[Ballot]) -> int:
    return min(len({one.mine for one in ballots}), len({one.other for one in ballots}))


def _clustered(ballots: Sequence[Ballot], rests: Sequence[float]) -> float:
    """The variance of the sum of votes that hang together by their pictures or their voter."""
    both = list(zip(ballots, rests, strict=True))
    pictures = _dyadic([("", one, rest) for one, rest in both])
    if len({one.by for one in ballots}) == 1:
        return pictures
    voters = _squares([(one.by, rest) for one, rest in both])
    each = _dyadic([(one.by, one, rest) for one, rest in both])
    # Of one voter, or two that agree, nothing is known of how much voters differ.
    return pictures + max(0.0, voters - each)


def _dyadic(told: Sequence[tuple[str, Ballot, float]]) -> float:
    """By picture; votes on the same two are in the sums of both of them, so once too often."""
    mine = _squares([((by, one.mine), rest) for by, one, rest in told])
    others = _squares([((by, one.other), rest) for by, one, rest in told])
    return mine + others - _squares([((by, one.pair), rest) for by, one, rest in told])


def _squares(told: Sequence[tuple[Hashable, float]]) -> float:
    """The sums of what hangs together, squared and summed.

    A cluster draws the share towards itself, the more so the larger it is: its sum is what it
    would be were the share that of the other votes (the jackknife of Quenouille and Tukey).
    """
    sums: defaultdict[Hashable, float] = defaultdict(float)
    sizes: Counter[Hashable] = Counter()
    for key, rest in told:
        sums[key] += rest
        sizes[key] += 1
    n = len(told)
    return sum((sums[key] * n / (n - size)) ** 2 for key, size in sizes.items() if size < n)

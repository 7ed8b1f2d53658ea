"""Which two pictures are shown next: those whose vote tells most, and none twice to the same person.

First every cell comes to be compared with every other, if only through others in between; each vote
then joins two parts. After that, the vote that is hardest to foretell on the cells that are known
least tells most: p (1 - p) times the sum of their variances. Every second pair is drawn among the
cells that may still be the best, so that votes are not spent on telling losers apart.

Some pairs are there to see how far answers can be trusted: every fifth that a person is shown was
judged by somebody else, and every twentieth by the same person, sides swapped.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from lib.domain.experiment_scores import Belief
from lib.domain.experiment_votes import Pair, Vote, pair_of

SECOND_OPINION_EVERY = 5
SAME_AGAIN_EVERY = 20
LONG_AGO = 8
"""So many votes of the same person lie at least between the two times that a pair is shown."""
MOST_TIMES = 2
"""A person is shown a pair once more after all were seen, sides swapped; then no more."""
LEAST_KNOWN = 40
"""Of so many cells the partners are looked for, the least known first: it must stay quick."""
STILL_BEST = 2.0
"""A cell may be the best within so many standard deviations."""
UNKNOWN = Belief()
NO_GROUPS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """What a pair is chosen from.

    `looks` are the cells that are judged, and what each looks like: two of the same picture are
    never a pair, nor are two of different `groups`, if there are any. `votes` are all that stand,
    `voter` is who is to see the pair. `busy` are pairs that others are looking at, `planned` those
    that this person sees before it.
    """

    looks: Mapping[str, str]
    votes: Sequence[Vote]
    voter: str
    beliefs: Mapping[str, Belief] = field(default_factory=dict)
    busy: Collection[Pair] = ()
    planned: Sequence[Pair] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    def belief(self, key: str) -> Belief:
        return self.beliefs.get(key, UNKNOWN)

    def is_pair(self, one: str, other: str) -> bool:
        is_together = self.groups.get(one) == self.groups.get(other)
        return is_together and self.looks[one] != self.looks[other]

    def is_judged(self, vote: Vote) -> bool:
        """Whether its two cells are still a pair."""
        one, other = vote.pair
        return one in self.looks and other in self.looks and self.is_pair(one, other)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair with its sides."""

    left_key: str
    right_key: str

    @property
    def pair(self) -> Pair:
        return pair_of(self.left_key, self.right_key)


def next_pair(among: Field, random: Random) -> Chosen | None:
    """The pair to show; None when this person has seen all there are, twice."""
    if count_pairs(among.looks, among.groups) == 0:
        return None
    own = [vote for vote in among.votes if vote.by == among.voter and among.is_judged(vote)]
    seen = Counter(vote.pair for vote in own) + Counter(among.planned)
    turn = len(own) + len(among.planned) + 1
    if turn % SAME_AGAIN_EVERY == 0 and (again := _same_again(among, own, seen)):
        return again
    if turn % SECOND_OPINION_EVERY == 0 and (pair := _second_opinion(among, seen, random)):
        return _on_sides(pair, random)
    if pair := _unseen(among, seen, turn, random):
        return _on_sides(pair, random)
    return _once_more(among, own, seen)


def count_pairs(looks: Mapping[str, str], groups: Mapping[str, str] = NO_GROUPS) -> int:
    """How many pairs there are."""
    sizes = Counter(groups.get(key) for key in looks)
    alike = Counter((groups.get(key), look) for key, look in looks.items())
    pairs = sum(math.comb(size, 2) for size in sizes.values())
    return pairs - sum(math.comb(same, 2) for same in alike.values())


def _on_sides(pair: Pair, random: Random) -> Chosen:
    return Chosen(*pair) if random.random() < 0.5 else Chosen(*reversed(pair))


# -- pairs that were judged before ---------------------------------------------------------------


def _same_again(among: Field, own: Sequence[Vote], seen: Counter[Pair]) -> Chosen | None:
    """What this person has judged long ago, sides swapped."""
    long_ago = own[: max(0, len(own) - LONG_AGO)]
    once = (vote for vote in long_ago if vote.is_decided and seen[vote.pair] == 1)
    return next((Chosen(vote.right_key, vote.left_key) for vote in once), None)


def _second_opinion(among: Field, seen: Counter[Pair], random: Random) -> Pair | None:
    """A pair that one other person has judged, and nobody else."""
    voters: dict[Pair, set[str]] = {}
    for vote in among.votes:
        if vote.is_decided and among.is_judged(vote):
            voters.setdefault(vote.pair, set()).add(vote.by)
    open_ones = [
        pair
        for pair, people in voters.items()
        if len(people) == 1 and not seen[pair] and pair not in among.busy
    ]
    return random.choice(open_ones) if open_ones else None


def _once_more(among: Field, own: Sequence[Vote], seen: Counter[Pair]) -> Chosen | None:
    """After all were seen: what was seen longest ago, sides swapped."""
    again = (vote for vote in own if seen[vote.pair] < MOST_TIMES)
    return next((Chosen(vote.right_key, vote.left_key) for vote in again), None)


# -- pairs that this person has not seen ---------------------------------------------------------


def _unseen(among: Field, seen: Counter[Pair], turn: int, random: Random) -> Pair | None:
    """The one that tells most; what others look at just now only if there is nothing else."""
    parts = _parts(among)
    found = _joining(among, parts, seen, random) or _telling(among, seen, turn, random)
    if found is None and among.busy:
        return next(_not_seen(among, seen, among.busy), None)
    return found


def _parts(among: Field) -> dict[str, int]:
    """The cells by the part that they belong to: within one, votes lead from each to each.

    Pairs that are being looked at count: their votes are about to come.
    """
    leader = {key: key for key in among.looks}

    def lead(key: str) -> str:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    joined = [vote.pair for vote in among.votes if vote.is_decided and among.is_judged(vote)]
    for one, other in [*joined, *among.busy, *among.planned]:
        if one in leader and other in leader:
            leader[lead(one)] = lead(other)
    numbers: dict[str, int] = {}
    return {key: numbers.setdefault(lead(key), len(numbers)) for key in among.looks}


def _joining(
    among: Field, parts: Mapping[str, int], seen: Counter[Pair], random: Random
) -> Pair | None:
    """Two cells of different parts, the smallest parts first."""
    size = Counter(parts.values())
    if len(size) < 2:
        return None
    order = sorted(_shuffled(among.looks, random), key=lambda key: size[parts[key]])
    for one in order[:LEAST_KNOWN]:
        for other in order:
            pair = pair_of(one, other)
            if parts[one] != parts[other] and among.is_pair(one, other) and not seen[pair]:
                return pair
    return None


def _telling(among: Field, seen: Counter[Pair], turn: int, random: Random) -> Pair | None:
    """The pair whose outcome is least known: every second time, of those that may be the best."""
    cells = _shuffled(among.looks, random)
    best_ones = _may_be_best(among, cells) if turn % 2 == 0 else []
    return (
        _most_telling(among, best_ones, seen)
        or _most_telling(among, cells, seen)
        or next(_not_seen(among, seen, _free_pairs(among, cells)), None)
    )


def _may_be_best(among: Field, cells: Iterable[str]) -> list[str]:
    def bound(key: str, side: int) -> float:
        belief = among.belief(key)
        return belief.strength + side * STILL_BEST * math.sqrt(belief.variance)

    known = list(cells)
    highest = max(bound(key, -1) for key in known)
    return [key for key in known if bound(key, +1) >= highest]


def _most_telling(among: Field, cells: Sequence[str], seen: Counter[Pair]) -> Pair | None:
    least_known = sorted(cells, key=lambda key: -among.belief(key).variance)[:LEAST_KNOWN]
    best, found = 0.0, None
    for one in least_known:
        mine = among.belief(one)
        for other in cells:
            told = _told(mine, among.belief(other))
            if told > best and among.is_pair(one, other):
                pair = pair_of(one, other)
                if not seen[pair] and pair not in among.busy:
                    best, found = told, pair
    return found


def _told(one: Belief, other: Belief) -> float:
    won = 1 / (1 + math.exp(other.strength - one.strength))
    return won * (1 - won) * (one.variance + other.variance)


def _free_pairs(among: Field, cells: Sequence[str]) -> Iterator[Pair]:
    """All pairs of these cells that nobody looks at just now, one after the other."""
    for at, one in enumerate(cells):
        for other in cells[at + 1 :]:
            if among.is_pair(one, other) and pair_of(one, other) not in among.busy:
                yield pair_of(one, other)


def _not_seen(among: Field, seen: Counter[Pair], pairs: Iterable[Pair]) -> Iterator[Pair]:
    for one, other in pairs:
        judged = one in among.looks and other in among.looks
        if judged and among.is_pair(one, other) and not seen[one, other]:
            yield one, other


def _shuffled(keys: Collection[str], random: Random) -> list[str]:
    return random.sample(sorted(keys), len(keys))

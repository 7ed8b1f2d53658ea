"""How far the voters of an experiment agree, with each other and with themselves."""

from collections.abc import Iterable, Mapping, Sequence

from lib.domain.experiment_scores import Agreement
from lib.domain.experiment_votes import Pair, Vote

Said = Mapping[Pair, Mapping[str, str | None]]
"""What each person said of a pair at first: the key of the better cell, None for a tie."""
FEWEST_VOTERS = 2


def agreement(votes: Sequence[Vote]) -> Agreement:
    """Of votes in the order they were cast; skipped pairs say nothing."""
    decided = [vote for vote in votes if vote.is_decided]
    said = {pair: by for pair, by in _said(decided).items() if len(by) >= FEWEST_VOTERS}
    again, kept = _again(decided)
    return Agreement(
        alpha=_alpha(said),
        pairs=len(said),
        same=sum(len(set(by.values())) == 1 for by in said.values()),
        again=again,
        kept=kept,
    )


def _said(votes: Iterable[Vote]) -> dict[Pair, dict[str, str | None]]:
    found: dict[Pair, dict[str, str | None]] = {}
    for vote in votes:
        found.setdefault(vote.pair, {}).setdefault(vote.by, vote.winner)
    return found


def _again(votes: Iterable[Vote]) -> tuple[int, int]:
    """How many pairs a person answered twice, and how many of them alike."""
    first: dict[tuple[Pair, str], str | None] = {}
    again: dict[tuple[Pair, str], bool] = {}
    for vote in votes:
        at = vote.pair, vote.by
        if at in first:
            again.setdefault(at, first[at] == vote.winner)
        first.setdefault(at, vote.winner)
    return len(again), sum(again.values())


def _alpha(said: Said) -> float | None:
    """Krippendorff's alpha, by evalica: the lesser key won, the greater key, or neither."""
    values = {
        pair: {voter: _value(pair, winner) for voter, winner in by.items()}
        for pair, by in said.items()
    }
    if len({value for by in values.values() for value in by.values()}) < 2:
        return None
    import evalica  # with SciPy it takes a second, and most sessions judge nothing
    import pandas as pd

    voters = sorted({voter for by in values.values() for voter in by})
    rows = [[by.get(voter) for by in values.values()] for voter in voters]
    return float(evalica.alpha(pd.DataFrame(rows), distance="nominal").alpha)


def _value(pair: Pair, winner: str | None) -> float:
    return 0.0 if winner is None else 1.0 + pair.index(winner)

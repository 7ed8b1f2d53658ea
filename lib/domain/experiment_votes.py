"""Votes on two pictures of an experiment, cast without knowing what was varied."""

from dataclasses import dataclass
from enum import StrEnum

from lib.domain.errors import PlantainError

Pair = tuple[str, str]
"""The keys of two cells, whichever stood left: the lesser key first."""


class Outcome(StrEnum):
    """What a person said of two pictures."""

    LEFT = "left"
    """The left one is better."""
    RIGHT = "right"
    """The right one is better."""
    TIE = "tie"
    """Neither is: half a win for each."""
    SKIP = "skip"
    """Nothing: it counts for neither, and the pair comes again to others."""


class VoteWrong(PlantainError):
    """A vote cannot be put down; the message says why."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What `by` said of two cells, named by their keys, at a time in ms UTC.

    `token` is the showing of the pair that it answers: each is answered once.
    """

    experiment_id: str
    left_key: str
    right_key: str
    outcome: Outcome
    by: str
    at: int
    token: str = ""

    @property
    def pair(self) -> Pair:
        return pair_of(self.left_key, self.right_key)

    @property
    def is_decided(self) -> bool:
        """Whether it says anything of the two."""
        return self.outcome is not Outcome.SKIP

    @property
    def winner(self) -> str | None:
        """The key of the better one; None for a tie and where nothing was said."""
        match self.outcome:
            case Outcome.LEFT:
                return self.left_key
            case Outcome.RIGHT:
                return self.right_key
            case _:
                return None


def pair_of(one: str, other: str) -> Pair:
    """Two cells as the pair that they are on either side."""
    return (one, other) if one < other else (other, one)

"""What is judged blind: a cell's first picture, and two of them shown side by side."""

from dataclasses import dataclass

from lib.domain.experiment_votes import Pair, pair_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cells are judged: those rated `least_rating` and better, 0 for all."""

    least_rating: int = 0
    with_flagged: bool = False
    """Whether pictures that the API flags as not safe for work are shown."""


@dataclass(frozen=True, slots=True)
class JudgedCell:
    """A cell that has a picture: its first one, by its sha256. `rating` 0 is none."""

    key: str
    number: int
    sha256: str
    rating: int = 0
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class Showing:
    """Two cells before a person's eyes. `token` names this showing, so it is answered once.

    `prompt` is that of both, None where they differ in it.
    """

    token: str
    experiment_id: str
    left: JudgedCell
    right: JudgedCell
    prompt: str | None = None

    @property
    def pair(self) -> Pair:
        return pair_of(self.left.key, self.right.key)


def is_chosen(cell: JudgedCell, choice: Choice) -> bool:
    """Whether a cell is among those that are judged."""
    return cell.rating >= choice.least_rating and (choice.with_flagged or not cell.is_flagged)

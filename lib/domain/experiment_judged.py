"""What is judged blind: a cell's first picture, and two of them shown side by side."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.domain.experiment_axes import Value
from lib.domain.experiment_votes import Pair, pair_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cells are judged: those rated `least_rating` and better, 0 for all.

    `with_flagged`: pictures that the API flags as not safe for work are shown, too. Two that are
    shown together differ in the columns of `along` alone; where it is empty, in anything.
    """

    least_rating: int = 0
    with_flagged: bool = False
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedCell:
    """A cell that has a picture: its first one, by its sha256. `rating` 0 is none."""

    key: str
    number: int
    sha256: str
    rating: int = 0
    is_flagged: bool = False
    varied: Mapping[str, Value] = field(default_factory=dict)
    repeat: int = 1


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


def group_of(cell: JudgedCell, choice: Choice) -> str:
    """The cells that it is compared with: with all, or those that differ along an axis alone."""
    if not choice.along:
        return ""
    others = {name: value for name, value in cell.varied.items() if name not in choice.along}
    return json.dumps([others, cell.repeat], sort_keys=True)

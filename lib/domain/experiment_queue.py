"""How long an experiment takes when it is not alone: people take turns, and so do one's own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Queue:
    """The cells of an experiment of `created_by` that are still to be run."""

    experiment_id: str
    created_by: str
    cells: int


def cells_until_done(cells: int, by: str, others: Iterable[Queue]) -> int:
    """How many cells are run until `cells` of a person are, their own included.

    Each person gets the same share of the room, divided among their experiments, until they have
    no more.
    """
    of_others: Counter[str] = Counter()
    own = cells
    for other in others:
        if other.created_by == by:
            own += min(other.cells, cells)
        else:
            of_others[other.created_by] += other.cells
    return own + sum(min(theirs, own) for theirs in of_others.values())

"""Whose cell is sent next: people take turns, and so do the experiments of one person.

It follows from what is under way alone, so it goes on in the same way after a restart. A click on
Generate does not wait behind an experiment: no more cells are queued than just keep the room full.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

AHEAD = 2
"""So many wait in the queue, that no room stays empty until the next look."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An experiment that goes on and has cells that wait.

    `last_at` (ms UTC) is when its newest run was made.
    """

    experiment_id: str
    created_by: str
    open_cells: int = 0
    last_at: int = 0


def next_turn(turns: Sequence[Turn], *, open_runs: int, most: int) -> str | None:
    """The experiment whose cell is sent next; None while there is no room for one.

    Who has the fewest cells under way is next, then who waited longest. Someone without any gets a
    place in the queue also where clicks fill it, so that nobody waits for ever.
    """
    if not turns:
        return None
    of_person: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for turn in turns:
        of_person[turn.created_by] += turn.open_cells
        last[turn.created_by] = max(last[turn.created_by], turn.last_at)

    def rank(turn: Turn) -> tuple[int, int, int, int, str]:
        person = turn.created_by
        own = (turn.open_cells, turn.last_at, turn.experiment_id)
        return (of_person[person], last[person], *own)

    first = min(turns, key=rank)
    is_full = open_runs >= most + AHEAD
    return None if is_full and of_person[first.created_by] else first.experiment_id

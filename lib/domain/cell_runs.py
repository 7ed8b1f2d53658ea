"""The run of a cell: its id follows from the cell, so that it can be asked for before it is known.

A ledger that was set back with a backup makes the very same ids again. So the API, which knows runs
by them, tells what was bought since, and a request sent again is no second one.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

MS_PLACE = 80
"""The bits of a UUIDv7 below its milliseconds."""
VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
CHOSEN_BITS = (1 << MS_PLACE) - 1 - (0xF << 76) - (0b11 << 62)
MOST_AHEAD = 3
"""So many attempts after those that are known are recognised."""


@dataclass(frozen=True, slots=True)
class OfCell:
    """The cell of an experiment that a run is made of, and the how-many-eth of its runs."""

    experiment_id: str
    key: str
    attempt: int

    @property
    def click_token(self) -> str:
        """In the place of a click: it is made once for each attempt."""
        return f"{self.experiment_id}:{self.key}:{self.attempt}"


def run_id_of(of: OfCell) -> str:
    """The id of the run: a UUIDv7 of the experiment's time, all else follows from the cell."""
    digest = hashlib.sha256(of.click_token.encode()).digest()
    chosen = int.from_bytes(digest[:10], "big") & CHOSEN_BITS
    at = (time_of(of.experiment_id) or 0) << MS_PLACE
    return str(uuid.UUID(int=at | VERSION_AND_VARIANT | chosen))


def time_of(id: str | None) -> int | None:
    """When an id was made (ms UTC), if it is a UUIDv7 as Plantain spells them."""
    try:
        found = uuid.UUID(id)
    except (TypeError, ValueError, AttributeError):
        return None
    return found.int >> MS_PLACE if str(found) == id and found.version == 7 else None


def ids_of_time(at: int) -> tuple[str, str]:
    """The first and the last id that can have been made in this millisecond (UTC)."""
    first, last = at << MS_PLACE, ((at + 1) << MS_PLACE) - 1
    return str(uuid.UUID(int=first)), str(uuid.UUID(int=last))


def cell_of(run_id: str, cells: Iterable[OfCell]) -> OfCell | None:
    """Which of `cells`, each named with its latest attempt, and which of its attempts this run is."""
    for cell in cells:
        for attempt in range(1, cell.attempt + MOST_AHEAD + 1):
            of = OfCell(cell.experiment_id, cell.key, attempt)
            if run_id_of(of) == run_id:
                return of
    return None

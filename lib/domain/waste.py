"""Money that bought nothing of use: its kinds, and what makes a run one of them."""

from dataclasses import dataclass
from enum import StrEnum


class WasteKind(StrEnum):
    """Why a run was of no use. A run may be of several kinds."""

    FAILED = "failed"
    """It failed: free, unless the API charged it all the same."""
    UNOPENED = "never opened"
    """Nobody opened or marked it, nor took its pictures; not counted on its day."""
    DELETED = "deleted"
    """It is in the bin, or was erased from it."""
    FLAGGED = "flagged"
    """The API flagged its pictures as NSFW, and it was not kept."""
    DUPLICATE = "exact duplicate"
    """All its pictures were there before, byte by byte, and it was not kept."""


@dataclass(frozen=True, slots=True)
class Wasted:
    """Runs, and their known costs in micro-dollars."""

    runs: int = 0
    spend_micros: int = 0


@dataclass(frozen=True, slots=True)
class Waste:
    """What each kind comes to, and all of them together: a run of several kinds counts once there."""

    kinds: dict[WasteKind, Wasted]
    total: Wasted
    erased_runs: int = 0
    """Of the deleted ones, those that the history does not show any more."""

"""An audit: the API's own list of runs compared with the ledger, and what the two differ in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DifferenceKind(StrEnum):
    """What an audit found out about a run. The words stand in the run's story."""

    MADE_ELSEWHERE = "made elsewhere"
    """The API has it and the ledger had not: now it has."""
    FOUND = "found"
    """The ledger had given it up, or never sent it; the API has it."""
    MISSING = "missing"
    """The ledger has it, and the API does not know it."""
    SEEN_AGAIN = "seen again"
    """It was missing, and is not any more."""
    COST_CHANGED = "cost changed"
    """The API names another cost than the one that was counted."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What one audit counted. Times are ms UTC, money is micro-dollars.

    `counted` runs of the API's list were made after `since`. Of these `others` are of models that
    Plantain does not offer, for `others_micros` in all; the ledger leaves them out. `found` counts
    runs that are looked after again, `different` those whose cost was corrected, by
    `difference_micros` in all. `problem` says why the audit is not complete.
    """

    began_at: int
    ended_at: int
    since: int
    counted: int = 0
    adopted: int = 0
    found: int = 0
    missing: int = 0
    different: int = 0
    difference_micros: int = 0
    others: int = 0
    others_micros: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an audit found out. `at` is ms UTC, `told` what the run's story says of it."""

    at: int
    run_id: str
    kind: DifferenceKind
    told: Any = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A cost that was counted as `from_micros` and is `to_micros` since `at` (ms UTC)."""

    at: int
    from_micros: int | None
    to_micros: int | None
    reason: str

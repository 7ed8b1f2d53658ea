"""Requests that cost so much that an owner has to accept them first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lib.domain.errors import PlantainError
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.run import Parent

VALID_FOR_MS = 7 * 24 * 3600 * 1000
"""How long a request can be accepted: prices and intentions change."""


class ApprovalState(StrEnum):
    """Where a request stands. None but a waiting one moves any more."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    """An owner accepted it, and its run was made in the same moment."""
    REFUSED = "refused"
    EXPIRED = "expired"
    """Nobody decided in time. (Never written down: it follows from the time.)"""


@dataclass(frozen=True, slots=True)
class Approval:
    """A request that asks for an owner. Times are ms UTC, `run_id` is the run that was made of it."""

    id: str
    origin: str
    asked_by: str
    asked_at: int
    expires_at: int
    click_token: str
    model_id: str
    input: Mapping[str, Any]
    estimate_micros: int
    state: ApprovalState
    parent: Parent | None = None
    labels: LabelIds = NO_LABELS
    decided_at: int | None = None
    decided_by: str | None = None
    reason: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """That an owner accepts a request, for the run that is made of it."""

    approval_id: str
    by: str


class NeedsApproval(PlantainError):
    """A run costs more than may be sent without an owner, micro-dollars."""

    def __init__(self, threshold_micros: int) -> None:
        super().__init__("Nothing was sent: an owner has to accept a request of that price.")
        self.threshold_micros = threshold_micros


class NotWaiting(PlantainError):
    """The request was decided on, has expired, or costs more now; the message says which."""

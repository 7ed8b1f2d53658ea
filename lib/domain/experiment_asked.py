"""An experiment that asks for an owner: what was asked for, and what has become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.approval import ApprovalState


@dataclass(frozen=True, slots=True)
class AskedExperiment:
    """What was asked for: `asked` says all of it. Times are ms UTC, the sum is micro-dollars."""

    id: str
    asked_by: str
    asked_at: int
    expires_at: int
    asked: Mapping[str, Any]
    total_micros: int
    state: ApprovalState
    decided_at: int | None = None
    decided_by: str | None = None
    reason: str | None = None
    experiment_id: str | None = None

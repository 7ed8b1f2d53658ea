"""What goes into the ledger for a run that was made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.cell_runs import OfCell
from lib.domain.run import RunState, prompt_of

ELSEWHERE = "elsewhere"
"""Who made a run that was found in the API's list."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A run of the API's as it goes into the ledger.

    `client_ref` is what it was tagged with, None when the API names none; `taken_at` (ms UTC) when
    the API took it, None when that cannot be read. `told` goes into the run's story.
    `cell`: a lost part of this ledger has made it for an experiment of `created_by`.
    """

    id: str
    remote_id: str
    client_ref: str | None
    taken_at: int | None
    model_id: str
    status: str
    input: Mapping[str, Any]
    request_body: bytes
    request_sha256: str
    estimate_micros: int
    price_version: str
    created_at: int
    told: Mapping[str, Any]
    cell: OfCell | None = None
    created_by: str = ELSEWHERE


def adopted_row(new: Adopted, *, origin: str, now: int) -> dict[str, Any]:
    """The row of a run that was found at `now` (ms UTC)."""
    return {
        "id": new.id,
        "origin": origin,
        "model_id": new.model_id,
        "created_by": new.created_by,
        "click_token": new.cell.click_token if new.cell else new.id,
        "state": RunState.ACCEPTED,
        "status": new.status,
        "remote_id": new.remote_id,
        "prompt": prompt_of(new.input),
        "input": dict(new.input),
        "request_body": new.request_body,
        "request_sha256": new.request_sha256,
        "estimate_micros": new.estimate_micros,
        "price_version": new.price_version,
        "created_at": new.created_at,
        "accepted_at": now,
        "adopted_at": now,
    }

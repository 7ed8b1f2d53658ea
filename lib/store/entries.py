"""What is put into the ledger: a new run, an attempt, a picture; and their rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lib.domain.approval import Accepted
from lib.domain.cell_runs import OfCell
from lib.domain.run import Failure, Parent, Picture, RunState
from lib.store import schema

Enqueue = Callable[[sa.Connection, str], None]
"""Puts a run id into the engine's queue, within the transaction it is given."""


class RemoteIdTaken(Exception):
    """The API named a remote id that belongs to another of our runs."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a click puts into the ledger, before anything is sent.

    `tag_ids` and `collection_ids` are what it is put under from the start: budgets can be theirs.
    `accepted`: an owner has accepted the request that it is made of. `cell`: what it is made for.
    """

    id: str
    origin: str
    model_id: str
    created_by: str
    click_token: str
    input: Mapping[str, Any]
    request_body: bytes
    request_sha256: str
    estimate_micros: int
    price_version: str
    parent: Parent | None = None
    tag_ids: tuple[int, ...] = ()
    collection_ids: tuple[int, ...] = ()
    accepted: Accepted | None = None
    cell: OfCell | None = None

    @property
    def experiment_id(self) -> str | None:
        """The experiment that it is made for."""
        return self.cell.experiment_id if self.cell else None

    @property
    def is_held(self) -> bool:
        """Whether its money is held already: an experiment holds the sum of its cells."""
        return self.cell is not None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One intent to send. `quiet_until` (ms UTC): until then its request may still arrive.

    `begun_s` is when it was written, in monotonic seconds of the process that intends; others
    cannot know it. `ended_at`, `outcome`, `http_status` and `detail` tell what came of it.
    """

    run_id: str
    fence: int
    intended_at: int
    quiet_until: int
    outcome: str | None = None
    asked_in_vain: int = 0
    begun_s: float = 0.0
    ended_at: int | None = None
    http_status: int | None = None
    detail: str | None = None


def known_click(db: sa.Connection, new: NewRun) -> str | None:
    """The run that the same click has made already."""
    run = schema.run.c
    same = (run.created_by == new.created_by) & (run.click_token == new.click_token)
    return db.scalar(sa.select(run.id).where(same))


def run_row(new: NewRun, *, created_at: int) -> dict[str, Any]:
    """The row of a run that has just been clicked, `created_at` ms UTC."""
    return {
        "id": new.id,
        "origin": new.origin,
        "model_id": new.model_id,
        "created_by": new.created_by,
        "click_token": new.click_token,
        "state": RunState.QUEUED,
        "prompt": str(new.input.get("prompt", "")),
        "input": dict(new.input),
        "request_body": new.request_body,
        "request_sha256": new.request_sha256,
        "estimate_micros": new.estimate_micros,
        "price_version": new.price_version,
        "parent_id": new.parent.run_id if new.parent else None,
        "parent_kind": new.parent.kind if new.parent else None,
        "created_at": created_at,
    }


def failure_columns(failure: Failure) -> dict[str, Any]:
    """The columns that say why a run failed."""
    return {
        "failure_code": failure.code,
        "failure_message": failure.message,
        "failure_stage": failure.stage,
    }


def picture_row(run_id: str, picture: Picture, now: int) -> dict[str, Any]:
    """The row of a picture that was stored at `now` (ms UTC)."""
    return {
        "run_id": run_id,
        "number": picture.index,
        "sha256": picture.sha256,
        "size_bytes": picture.size_bytes,
        "mime": picture.mime,
        "width": picture.width,
        "height": picture.height,
        "problem": picture.problem,
        "likeness": picture.likeness,
        "stored_at": now,
    }

"""A run: one request to a model, from the click to its pictures, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from lib.domain.output import NO_OUTPUT, Output

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RunState(StrEnum):
    """Where a run stands in our ledger. (Where it stands at the API is its `status`.)"""

    QUEUED = "queued"
    """Recorded and waiting to be sent; nothing has left this machine."""
    SENDING = "sending"
    """The intent to send is on disk; the request may be on its way."""
    UNKNOWN = "unknown"
    """No one can say whether the API took it: it is asked before anything is sent again."""
    ACCEPTED = "accepted"
    """The API has it; `remote_id` is known."""
    STORED = "stored"
    """Done: every picture that the API delivered is on disk."""
    FAILED = "failed"
    """Refused or failed: no pictures."""
    CANCELED = "canceled"
    """Ended by someone before its end."""
    PARKED = "parked"
    """May have been charged; only a person can decide what to do."""

    @property
    def is_terminal(self) -> bool:
        """Whether nothing follows by itself."""
        return self in TERMINAL


TERMINAL = frozenset({RunState.STORED, RunState.FAILED, RunState.CANCELED, RunState.PARKED})
OPEN = frozenset(RunState) - TERMINAL


class Status:
    """Where a run stands at the API. Plain text: a word we do not know is kept as it is."""

    QUEUED = "queued"
    DISPATCHING = "dispatching"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL_SUCCEEDED = "partial_succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


SUCCESSFUL_STATUSES = frozenset({Status.SUCCEEDED, Status.PARTIAL_SUCCEEDED})
TERMINAL_STATUSES = SUCCESSFUL_STATUSES | {Status.FAILED, Status.CANCELED}


class CostBasis(StrEnum):
    """Where the cost of a run comes from."""

    CONFIRMED = "confirmed"
    """The API said so."""
    COMPUTED = "computed"
    """From the price book and what was delivered; the API named no cost."""
    IN_DOUBT = "in doubt"
    """It may have been charged; nobody knows yet."""


class ParentKind(StrEnum):
    """What a run has of its parent, the run that it was made from."""

    RE_USED = "re-used"
    """Its settings, as a person changed them."""
    NEW_SEED = "new seed"
    """All but the seed."""
    EXPERIMENT_CELL = "experiment cell"
    """All but what the experiment varies."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The run that another one was made from, and what the two have in common."""

    run_id: str
    kind: ParentKind


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed: the API's own words, and where."""

    code: str | None
    message: str
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """A run as the API tells it. Times are ISO 8601 text as received; `body` is the whole answer.

    `input` is what it was asked for, `metadata` what came with it, and `model` the model's path or,
    as documented, its id in the API's catalogue; each is None where the API does not tell.
    """

    remote_id: str
    status: str
    client_ref: str | None = None
    output: Output = NO_OUTPUT
    cost_micros: int | None = None
    failure: Failure | None = None
    duration_ms: int | None = None
    request_id: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    input: Mapping[str, Any] | None = None
    model: str | None = None
    metadata: Mapping[str, Any] | None = None
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def created_ms(self) -> int | None:
        """When the API took it, ms UTC; None where it does not say so in a way that can be read."""
        try:
            moment = datetime.fromisoformat(self.created_at or "")
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return (moment - EPOCH) // timedelta(milliseconds=1)
        except (ValueError, OverflowError):
            return None

    @property
    def is_terminal(self) -> bool:
        """Whether the API will not change it any more."""
        return self.status in TERMINAL_STATUSES

    @property
    def has_succeeded(self) -> bool:
        """Whether pictures are to be expected."""
        return self.status in SUCCESSFUL_STATUSES


@dataclass(frozen=True, slots=True)
class Picture:
    """One stored picture of a run. `problem` says why bytes we paid for cannot be shown.

    `likeness` is what it looks like, in 64 bits: alike pictures differ in few of them. `freed_at`
    (ms UTC): its file went when the bin was emptied.
    """

    index: int
    sha256: str
    size_bytes: int
    mime: str
    width: int | None
    height: int | None
    problem: str | None = None
    likeness: int | None = None
    freed_at: int | None = None


def prompt_of(asked: Mapping[str, Any]) -> str:
    """The prompt of an input that may hold anything."""
    prompt = asked.get("prompt")
    return "" if prompt is None else str(prompt)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as our ledger knows it. Times are ms since 1970 UTC, money is micro-dollars.

    `adopted_at`: it was not made here, but found in the API's list. `restored_at`: it came back
    with a backup while it was open, so it is never sent without asking. `missing_at`: the API's
    list should have it, and does not. `decided_at`: a person decided on it while it was parked.
    `corrected_at`: the API has named another cost since it ended.
    `parent`: the run it was made from. `erased_at`: it was deleted and its bin emptied; its
    pictures may be gone.
    """

    id: str
    origin: str
    model_id: str
    created_by: str
    state: RunState
    input: Mapping[str, Any]
    request_body: bytes
    estimate_micros: int
    price_version: str
    created_at: int
    fence: int = 0
    remote_id: str | None = None
    status: str | None = None
    cost_micros: int | None = None
    cost_basis: CostBasis | None = None
    failure: Failure | None = None
    http_status: int | None = None
    sent_at: int | None = None
    accepted_at: int | None = None
    settled_at: int | None = None
    due_at: int | None = None
    duration_ms: int | None = None
    note: str | None = None
    deleted_at: int | None = None
    adopted_at: int | None = None
    restored_at: int | None = None
    missing_at: int | None = None
    decided_at: int | None = None
    corrected_at: int | None = None
    parent: Parent | None = None
    erased_at: int | None = None
    nsfw_detected: bool | None = None
    seed_used: Any = None
    timing: Any = None
    model_data: Any = None
    remote_body: Mapping[str, Any] | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def prompt(self) -> str:
        return prompt_of(self.input)

    @property
    def is_open(self) -> bool:
        """Whether something will still happen by itself."""
        return self.state in OPEN

    @property
    def needs_decision(self) -> bool:
        """Whether it waits for a person."""
        return self.state is RunState.PARKED and self.decided_at is None

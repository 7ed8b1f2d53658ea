"""Whether a run of the API is the one that we look for: where the two differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.run import RemoteRun, Run

CLOCKS_DIFFER_MS = 5 * 60 * 1000
"""A run of the API may seem to be this much older than our click, since clocks differ."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the API's run is not as ours; both sides as text."""

    field: str
    ours: str
    theirs: str


def differences(
    run: Run, remote: RemoteRun, *, catalogue_id: str | None = None
) -> tuple[Difference, ...]:
    """Where the API's run is not as ours; nothing where both say the same, or the API is silent.

    `catalogue_id` is the API's own id of our run's model, if it is known. An API that tells neither
    our `client_ref` nor an input leaves too little to know a run by: that is a difference as well.
    """
    return tuple(_differences(run, remote, catalogue_id))


def _differences(run: Run, remote: RemoteRun, catalogue_id: str | None) -> Iterator[Difference]:
    if remote.client_ref not in (None, run.id):
        yield Difference("client_ref", run.id, remote.client_ref or "")
    if _is_older(run, remote):
        yield Difference("created_at", _iso(run.created_at), remote.created_at or "")
    same_model = run.model_id if "/" in (remote.model or "") else catalogue_id
    if remote.model and same_model and remote.model != same_model:
        yield Difference("model", run.model_id, remote.model)
    if remote.input is not None:
        yield from _of_input(run, remote.input)
    elif remote.client_ref is None:
        yield Difference("input", run.prompt, "not told")


def _of_input(run: Run, told: Mapping[str, Any]) -> Iterator[Difference]:
    usual = _defaults(run.model_id)
    ours, theirs = {**usual, **run.input}, {**usual, **told}
    for name in dict.fromkeys([*ours, *theirs]):
        before, now = _as_text(ours.get(name)), _as_text(theirs.get(name))
        if before != now:
            yield Difference(name, before, now)


def _defaults(model_id: str) -> Mapping[str, Any]:
    try:
        return find_model(model_id).defaults()
    except KeyError:
        return {}


def _as_text(value: Any) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _is_older(run: Run, remote: RemoteRun) -> bool:
    """Whether the API had it before our click, so that it cannot come from it."""
    created_ms = remote.created_ms
    return created_ms is not None and created_ms < run.created_at - CLOCKS_DIFFER_MS


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")

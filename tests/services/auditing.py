"""An audit of a small world: the auditor, and runs that others have made at the scripted API."""

from collections.abc import Mapping
from typing import Any

from lib.domain.run import Run, RunState
from lib.services.auditor import Auditor
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from tests.services.conftest import INPUT, World
from tests.services.scripted_api import ScriptedApi

ORIGIN = "sandbox"
HOUR_MS = 3_600_000
ENOUGH = 500


def an_auditor(world: World, watched: list[str]) -> Auditor:
    return Auditor(
        audits=Audits(world.database, origin=ORIGIN),
        reconciliation=Reconciliation(world.database, world.clock, origin=ORIGIN),
        decisions=Decisions(world.database, world.clock),
        records=world.records,
        client=world.client,
        clock=world.clock,
        origin=ORIGIN,
        watch=watched.append,
    )


def made_elsewhere(
    api: ScriptedApi, number: int = 0, *, asked: Mapping[str, Any] = INPUT, **told: Any
) -> dict[str, Any]:
    """A run that a script on the same key has made; `told` is what the API says of it."""
    body = {"input": dict(asked), "client_ref": None}
    run = api.take(f"script {number} {len(api.runs)}", body)
    run.update(told)
    return run


def settle(world: World) -> None:
    """Look at all that is open until it has ended."""
    for _ in range(ENOUGH):
        if not world.records.has_open(origin=ORIGIN):
            return
        for run in world.records.recent(origin=ORIGIN, limit=ENOUGH):
            if run.state is RunState.ACCEPTED:
                world.settlement.look(run.id)
        world.clock.pass_s(1)
    raise AssertionError("something stays open")


def ledger_of(world: World) -> list[Run]:
    """All runs of the ledger, newest first."""
    return world.records.recent(origin=ORIGIN, limit=ENOUGH)


def spent(world: World) -> int:
    """The sum of all costs in the ledger, in micro-dollars."""
    return sum(run.cost_micros or 0 for run in ledger_of(world))

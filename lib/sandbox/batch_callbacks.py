"""The one callback of a batch, due when its last run has ended."""

import json
from typing import Any

from lib.sandbox.batch_records import lean_items, runs_of, status_of, summary
from lib.sandbox.callback_payloads import EVENTS, frozen
from lib.sandbox.clock import iso
from lib.sandbox.deliveries import plan_delivery
from lib.sandbox.run_records import status_at
from lib.sandbox.world import World

_ENDS = (
    "SELECT batch.*, MAX(run.completed_at) AS ended_at FROM batch JOIN run "
    "ON run.batch_id = batch.id WHERE batch.callback_url IS NOT NULL "
    "AND batch.callback_planned = 0 GROUP BY batch.id"
)


def plan_batch_callbacks(world: World, now: int) -> None:
    """Freeze the callbacks of batches that have ended."""
    for row in world.database.all(f"SELECT * FROM ({_ENDS}) WHERE ended_at <= ?", (now,)):
        with world.database.transaction():
            plan_delivery(world, row, _payload(world, row, now), now)
            world.database.run("UPDATE batch SET callback_planned = 1 WHERE id = ?", (row["id"],))


def next_batch_end(world: World) -> int | None:
    """When the next batch with a callback ends, in microseconds."""
    found = world.database.one(f"SELECT MIN(ended_at) AS at FROM ({_ENDS})")["at"]
    return None if found is None else int(found)


def _payload(world: World, row: Any, now: int) -> bytes:
    runs = runs_of(world, row["id"])
    statuses = [status_at(run, now) for run in runs]
    event, status = EVENTS[status_of(statuses)]
    return frozen(
        {
            "event": event,
            "batch_id": row["id"],
            "status": status,
            "output": summary(statuses, lean_items(row["id"], runs, now)),
            "duration_ms": (row["ended_at"] - row["created_at"]) // 1000,
            "created_at": iso(row["created_at"]),
            "completed_at": iso(row["ended_at"]),
            "metadata": json.loads(row["metadata"]),
        }
    )

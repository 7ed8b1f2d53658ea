"""Deliveries of callbacks: planned with frozen bytes, their history, and sending one again."""

import json
from typing import Any

from lib.sandbox.callback_payloads import run_payload, signature
from lib.sandbox.calls import Answer, Call
from lib.sandbox.clock import iso
from lib.sandbox.errors import conflict
from lib.sandbox.identifiers import new_id
from lib.sandbox.life import TERMINAL
from lib.sandbox.run_records import status_at
from lib.sandbox.runs import find_run
from lib.sandbox.world import World

MAX_ATTEMPTS = 3


def plan_delivery(
    world: World, of: Any, payload: bytes, now: int, *, is_automatic: bool = True
) -> str:
    """Store a delivery that is due at once; `of` is the row of a run or batch. Returns its id."""
    secret = world.database.one("SELECT * FROM secret WHERE is_current = 1")
    delivery_id = new_id(now)
    world.database.insert(
        "delivery",
        {
            "id": delivery_id,
            "run_id": of["id"],
            "callback_url": of["callback_url"],
            "request_id": of["request_id"],
            "payload": payload,
            "signing_secret_id": secret and secret["id"],
            "signature": secret and signature(secret["plain_secret"], payload),
            "is_automatic": is_automatic,
            "state": "pending",
            "next_attempt_at": now,
            "created_at": now,
            "updated_at": now,
        },
    )
    world.callbacks_due.set()
    return delivery_id


def record(world: World, row: Any) -> dict[str, Any]:
    """The delivery as the API shows it."""
    attempts = world.database.all(
        "SELECT * FROM attempt WHERE delivery_id = ? ORDER BY attempt_number", (row["id"],)
    )
    names = "id", "run_id", "callback_url", "signing_secret_id"
    return {
        **{name: row[name] for name in names},
        "payload_bytes": row["payload"].decode(),
        "payload": json.loads(row["payload"]),
        "is_automatic": bool(row["is_automatic"]),
        "status_code": row["state"],
        "failure_reason_code": row["failure_reason_code"],
        "failure_detail": row["failure_detail"],
        "attempt_count": row["attempt_count"],
        "max_attempts": MAX_ATTEMPTS,
        "next_attempt_at": iso(row["next_attempt_at"]),
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
        "completed_at": iso(row["completed_at"]),
        "attempts": [_attempt_record(attempt) for attempt in attempts],
    }


def _attempt_record(row: Any) -> dict[str, Any]:
    return {**dict(row), "created_at": iso(row["created_at"])}


async def history(call: Call) -> list[dict[str, Any]]:
    """`GET /v1/runs/{run_id}/callback`: a bare array, oldest first."""
    run = find_run(call.world, call.path["run_id"])
    rows = call.world.database.all(
        "SELECT * FROM delivery WHERE run_id = ? ORDER BY created_at, id", (run["id"],)
    )
    return [record(call.world, row) for row in rows]


async def fresh_payload(call: Call) -> bytes:
    """The bytes of a redelivery, from the run as it is now; 409 while there is nothing to tell."""
    run = find_run(call.world, call.path["run_id"])
    if run["callback_url"] is None:
        raise conflict("The run has no callback_url.")
    if status_at(run, call.now) not in TERMINAL:
        raise conflict("The run has not ended yet: its callback is still to come.")
    return await run_payload(call.world, run, call.now)


def redeliver(call: Call) -> Answer:
    """`POST /v1/runs/{run_id}/callback-redeliveries`: a new delivery, `fresh_payload` prepared."""
    run = find_run(call.world, call.path["run_id"])
    delivery_id = plan_delivery(call.world, run, call.prepared, call.now, is_automatic=False)
    row = call.world.database.one("SELECT * FROM delivery WHERE id = ?", (delivery_id,))
    return Answer(201, record(call.world, row))

"""The record of a batch: all of it follows from its runs."""

import json
from typing import Any

from lib.sandbox.assets import with_signed_links
from lib.sandbox.calls import Call
from lib.sandbox.catalog import row_id
from lib.sandbox.clock import iso
from lib.sandbox.errors import not_found
from lib.sandbox.life import TERMINAL
from lib.sandbox.money import to_text
from lib.sandbox.run_records import ENDED_WELL, status_at
from lib.sandbox.run_records import record as run_record
from lib.sandbox.world import World


def find_batch(world: World, batch_id: str) -> Any:
    """The row of a batch; raises 404."""
    row = world.database.one("SELECT * FROM batch WHERE id = ?", (batch_id.lower(),))
    if row is None:
        raise not_found(f"Batch {batch_id!r}")
    return row


def runs_of(world: World, batch_id: str) -> list[Any]:
    """The rows of a batch's runs, in the order of its input."""
    return world.database.all("SELECT * FROM run WHERE batch_id = ? ORDER BY rowid", (batch_id,))


def status_of(statuses: list[str]) -> str:
    """Where a batch stands that has runs of these statuses."""
    if not all(status in TERMINAL for status in statuses):
        return "queued" if set(statuses) == {"queued"} else "running"
    return statuses[0] if len(set(statuses)) == 1 else "partial_succeeded"


def counts(statuses: list[str]) -> dict[str, int]:
    """How many ended how; counters write two l."""
    return {
        "succeeded": sum(status in ENDED_WELL for status in statuses),
        "failed": statuses.count("failed"),
        "cancelled": statuses.count("canceled"),
    }


def summary(statuses: list[str], items: list[dict[str, Any]]) -> dict[str, Any]:
    """A batch's output, once all its runs have ended."""
    return {"items": items, **counts(statuses), "total": len(statuses)}


def lean_record(call: Call, row: Any) -> dict[str, Any]:
    """The batch as its creation answers it."""
    runs = runs_of(call.world, row["id"])
    statuses = [status_at(run, call.now) for run in runs]
    items = lean_items(row["id"], runs, call.now)
    status = status_of(statuses)
    has_ended = status in TERMINAL
    started = [run["started_at"] for run in runs if (run["started_at"] or call.now + 1) <= call.now]
    cost = sum(run["cost_micros"] for run in runs if run["completed_at"] <= call.now)
    return {
        "id": row["id"],
        "target_type": "model",
        "target_id": row["model_id"],
        "status_code": status,
        "items_total": len(runs),
        **{f"items_{name}": count for name, count in counts(statuses).items()},
        "items": items,
        "created_at": iso(row["created_at"]),
        "output": summary(statuses, items) if has_ended else None,
        "cost": to_text(cost) if has_ended else None,
        "metadata": with_signed_links(
            call.world, json.loads(row["metadata"]), call.now, call.base_url
        ),
        "callback_url": row["callback_url"],
        "started_at": iso(min(started, default=None)),
        "completed_at": iso(max(run["completed_at"] for run in runs)) if has_ended else None,
    }


def record(call: Call, row: Any) -> dict[str, Any]:
    """The batch as reading it gives it."""
    found = lean_record(call, row)
    ended_at = max(run["completed_at"] for run in runs_of(call.world, row["id"]))
    has_ended = found["completed_at"] is not None
    return {
        **found,
        "org_id": call.world.org_id,
        "target_type_code": "model",
        "source_code": "api",
        "input": json.loads(row["input"]),
        "resolved_template_id": None,
        "dispatch_provider_link_id": None,
        "duration_ms": (ended_at - row["created_at"]) // 1000 if has_ended else None,
        "failure_code": None,
        "failure_message": None,
        "failure_stage_code": None,
        "created_by": call.world.user_id,
        "links": None,
    }


def _lean_item(batch_id: str, place: int, run: Any, now: int) -> dict[str, Any]:
    return {
        "id": row_id(batch_id, run["id"]),
        "sequence_index": place,
        "run_id": run["id"],
        "status_code": status_at(run, now),
        "client_ref": run["client_ref"],
    }


def item_record(call: Call, batch_id: str, place: int, run: Any) -> dict[str, Any]:
    """An item in full."""
    found = run_record(call.world, run, call.now, call.base_url)
    names = ("input", "output", "cost", "duration_ms", "failure_code", "failure_message")
    times = ("created_at", "started_at", "completed_at")
    return {
        **_lean_item(batch_id, place, run, call.now),
        **{name: found[name] for name in (*names, *times)},
    }


def lean_items(batch_id: str, runs: list[Any], now: int) -> list[dict[str, Any]]:
    """The items as a batch and its callback list them."""
    return [_lean_item(batch_id, place, run, now) for place, run in enumerate(runs)]

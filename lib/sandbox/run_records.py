"""The record of a run as the API shows it: what is known at the time of reading, no more."""

import json
from typing import Any

from lib.sandbox.assets import with_signed_links
from lib.sandbox.clock import iso
from lib.sandbox.filters import Column
from lib.sandbox.life import STATUS_SQL, TERMINAL
from lib.sandbox.money import to_text
from lib.sandbox.outputs import data_uris, is_sync, output_of, signed_urls
from lib.sandbox.world import World

ENDED_WELL = ("succeeded", "partial_succeeded")

COLUMNS = {
    "id": Column("id", nullable=False),
    "status_code": Column(STATUS_SQL, nullable=False),
    "client_ref": Column("client_ref"),
    "model_id": Column("model_id", nullable=False),
    "batch_id": Column("batch_id"),
    "request_id": Column("request_id", nullable=False),
    "callback_url": Column("callback_url"),
    "failure_code": Column("CASE WHEN :now >= completed_at THEN failure_code END"),
    "created_at": Column("created_at", "time", nullable=False),
    "started_at": Column("CASE WHEN :now >= started_at THEN started_at END", "time"),
    "completed_at": Column("CASE WHEN :now >= completed_at THEN completed_at END", "time"),
    "cost": Column("CASE WHEN :now >= completed_at THEN cost_micros END", "money"),
    "duration_ms": Column(
        "CASE WHEN :now >= completed_at THEN (completed_at - created_at) / 1000 END", "integer"
    ),
}
"""What runs can be filtered and sorted by."""

_ALWAYS_NULL = (
    "target_version",
    "flow_id",
    "flow_version_id",
    "comfyui_workflow_id",
    "resolved_template_id",
    "context",
    "links",
    "cost_breakdown",
    "nodes_total",
    "nodes_completed",
    "jurisdiction_code",
    "feedback_is_positive",
    "feedback_reason",
    "source_chat_message_id",
    "current_evaluation_summary",
    "flow",
)

_FILLED = (
    "id",
    "target_type",
    "model_id",
    "batch_id",
    "org_id",
    "created_by",
    "status_code",
    "source_code",
    "client_ref",
    "input",
    "output",
    "metadata",
    "cost",
    "duration_ms",
    "request_id",
    "has_logs",
    "has_node_runs",
    "failure_code",
    "failure_message",
    "failure_stage_code",
    "callback_url",
    "created_at",
    "started_at",
    "completed_at",
)

FIELDS = frozenset([*_ALWAYS_NULL, *_FILLED])
"""What `fields` may name."""


def status_at(row: Any, now: int) -> str:
    """Where a row of `run` stands: the same rule as `life.STATUS_SQL`."""
    if now >= row["completed_at"]:
        return str(row["end_status"])
    if row["started_at"] is not None and now >= row["started_at"]:
        return "running"
    return "dispatching" if now >= row["dispatching_at"] else "queued"


async def whole_record(world: World, row: Any, now: int, base_url: str) -> dict[str, Any]:
    """The record as `GET /v1/runs/{id}` gives it, media of `sync_mode` included."""
    found = record(world, row, now, base_url)
    found["output"] = await whole_output(world, row, now, base_url)
    return {**found, "node_runs": [], "logs": []}


async def whole_output(world: World, row: Any, now: int, base_url: str) -> dict[str, Any] | None:
    """The output with its pictures' links or, in `sync_mode`, with their data; None without."""
    if status_at(row, now) not in ENDED_WELL:
        return None
    if is_sync(row):
        return output_of(row, await data_uris(world, row))
    return output_of(row, signed_urls(world, row, base_url, now))


def record(world: World, row: Any, now: int, base_url: str) -> dict[str, Any]:
    """The record as lists give it: the output of a `sync_mode` run is not kept in history."""
    status = status_at(row, now)
    ended = status in TERMINAL
    failure = {
        name: row[name] if ended else None
        for name in ("failure_code", "failure_message", "failure_stage_code")
    }
    shows_output = status in ENDED_WELL and not is_sync(row)
    found = {
        "id": row["id"],
        "target_type": "model",
        "model_id": row["model_id"],
        "batch_id": row["batch_id"],
        "org_id": world.org_id,
        "created_by": world.user_id,
        "status_code": status,
        "source_code": "api",
        "client_ref": row["client_ref"],
        "input": with_signed_links(world, json.loads(row["input"]), now, base_url),
        "output": output_of(row, signed_urls(world, row, base_url, now)) if shows_output else None,
        "metadata": with_signed_links(world, json.loads(row["metadata"]), now, base_url),
        "cost": to_text(row["cost_micros"]) if ended else None,
        "duration_ms": (row["completed_at"] - row["created_at"]) // 1000 if ended else None,
        "request_id": row["request_id"],
        "has_logs": False,
        "has_node_runs": False,
        **failure,
        "callback_url": row["callback_url"],
        "created_at": iso(row["created_at"]),
        "started_at": iso(row["started_at"]) if _has_started(row, now) else None,
        "completed_at": iso(row["completed_at"]) if ended else None,
        **dict.fromkeys(_ALWAYS_NULL),
    }
    if world.options.sdk_errors and failure["failure_code"]:
        found["error"] = {"code": row["failure_code"], "message": row["failure_message"]}
    return found


def _has_started(row: Any, now: int) -> bool:
    return row["started_at"] is not None and now >= row["started_at"]

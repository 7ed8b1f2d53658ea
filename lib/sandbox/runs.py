"""Runs: accepting one, reading one, searching all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.sandbox.assets import materialized
from lib.sandbox.billing import commit_micros, require_credit
from lib.sandbox.calls import Answer, Call
from lib.sandbox.catalog import Model, find_model
from lib.sandbox.errors import Refusal, invalid, not_found
from lib.sandbox.identifiers import new_id
from lib.sandbox.life import STATUSES, TERMINAL, plan
from lib.sandbox.listing import Source, listed, page
from lib.sandbox.outputs import images_asked_for, size_in_pixels
from lib.sandbox.prices import cost_micros
from lib.sandbox.run_records import COLUMNS, FIELDS, record, whole_record
from lib.sandbox.scenarios import Scenario, chosen
from lib.sandbox.validation import envelope_errors, input_errors
from lib.sandbox.world import World

_INSTEAD = {
    "error": (500, b'{"code":"INTERNAL_ERROR","message":"Something went wrong.","errors":null}'),
    "garbage": (201, b"<html><body>It works!</body></html>"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A run as it was asked for, its input checked."""

    model: Model
    input: Mapping[str, Any]
    metadata: Any
    callback_url: str | None
    client_ref: str | None
    batch_id: str | None = None


def create(call: Call) -> Answer:
    """`POST /v1/models/{model_id}/runs`."""
    order = _order(call)
    scenario = chosen(str(order.input.get("prompt", "")), call.world.options.scenario)
    refuse(call, scenario, order)
    row = accept(call, order, scenario)
    return Answer(
        201,
        record(call.world, row, call.now, call.base_url),
        drop=scenario.answer == "lost",
        hold_seconds=call.world.options.hold_seconds if scenario.answer == "late" else 0.0,
        sent_instead=_INSTEAD.get(scenario.answer),
    )


def _order(call: Call) -> Order:
    model = find_model(call.path["model_id"])
    body = call.json_object()
    errors = envelope_errors(body)
    if isinstance(body.get("input"), dict):
        errors += input_errors(model, body["input"], ["body", "input"])
    if errors:
        raise invalid(errors)
    return Order(
        model=model,
        input=body["input"],
        metadata=body.get("metadata"),
        callback_url=body.get("callback_url"),
        client_ref=body.get("client_ref"),
    )


def refuse(call: Call, scenario: Scenario, order: Order) -> None:
    """Raises the refusal of a scenario that has one."""
    if scenario.refused is None:
        return
    if scenario.only_once:
        name = call.headers.get("idempotency-key") or order.client_ref
        asked = name or hashlib.sha256(call.body).hexdigest()
        if asked in call.world.refused_once:
            return
        call.world.refused_once.add(asked)
    status, code, message = scenario.refused
    wait = call.world.options.retry_after if status in (429, 503) else None
    raise Refusal(
        status, code, message, headers=None if wait is None else {"Retry-After": str(wait)}
    )


def accept(call: Call, order: Order, scenario: Scenario) -> Any:
    """Store a run and set its cost aside; returns its row. Raises 402 without credit."""
    world, run_id = call.world, new_id(call.now)
    values = {**order.model.defaults(), **order.input}
    asked = images_asked_for(values)
    require_credit(world.database, cost_micros(order.model, values, asked))
    images = _images(asked, scenario)
    cost = cost_micros(order.model, values, images)
    width, height = size_in_pixels(values)
    times = plan(run_id, call.now, scenario, world.options.seconds)
    row = {
        "id": run_id,
        "model": order.model.id,
        "model_id": order.model.row_id,
        "batch_id": order.batch_id,
        "client_ref": order.client_ref,
        "request_id": f"req_{new_id(call.now).replace('-', '')}",
        "idempotency_key": call.headers.get("idempotency-key"),
        "scenario": scenario.word,
        "input": json.dumps(materialized(call, order.input)),
        "metadata": json.dumps(materialized(call, order.metadata)),
        "callback_url": order.callback_url,
        "created_at": call.now,
        "dispatching_at": times.dispatching_at,
        "started_at": times.started_at,
        "completed_at": times.completed_at,
        "end_status": scenario.end_status,
        "images": images,
        "width": width,
        "height": height,
        "seed": str(values.get("seed", _seed_of(run_id))),
        "cost_micros": cost,
        **_failure(scenario),
    }
    world.database.insert("run", row)
    commit_micros(world.database, cost)
    world.callbacks_due.set()
    return row


def _images(asked: int, scenario: Scenario) -> int:
    if scenario.end_status == "failed":
        return 0
    return max(1, asked - 1) if scenario.one_fewer else asked


def _failure(scenario: Scenario) -> dict[str, Any]:
    code, stage, message = scenario.failed or (None, None, None)
    return {"failure_code": code, "failure_stage_code": stage, "failure_message": message}


def _seed_of(run_id: str) -> int:
    """The seed of a run that was given none: anything, but always the same."""
    return int.from_bytes(hashlib.sha256(run_id.encode()).digest()[:4], "big") >> 1


def find_run(world: World, run_id: str) -> Any:
    """The row of a run; raises 404."""
    row = world.database.one("SELECT * FROM run WHERE id = ?", (run_id.lower(),))
    if row is None:
        raise not_found(f"Run {run_id!r}", "RUN_NOT_FOUND")
    return row


async def get(call: Call) -> dict[str, Any]:
    """`GET /v1/runs/{id}`."""
    row = find_run(call.world, call.path["run_id"])
    return await whole_record(call.world, row, call.now, call.base_url)


async def search(call: Call) -> dict[str, Any]:
    """`GET /v1/runs`."""
    wanted = listed(call.query)
    source = Source("FROM run WHERE 1", COLUMNS, {"now": call.now})
    found = page(call.world.database, source, wanted, FIELDS)
    items = [record(call.world, row, call.now, call.base_url) for row in found.rows]
    return found.of(items, wanted.fields)


async def statuses(_call: Call) -> dict[str, Any]:
    """`GET /v1/runs/statuses`; its shape is not on record, so it is a list as all others are."""
    items = [
        {"code": code, "name": code.replace("_", " ").capitalize(), "is_terminal": code in TERMINAL}
        for code in STATUSES
    ]
    return {"items": items, "first": None, "next": None, "previous": None}

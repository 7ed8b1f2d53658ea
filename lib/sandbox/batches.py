"""Batches: many runs of one model by one request, with one callback when all have ended.

Only template-backed models take batches; in the sandbox those are the `runflow/...` solutions.
"""

import json
from typing import Any

from lib.sandbox.assets import materialized, with_signed_links
from lib.sandbox.batch_records import find_batch, item_record, lean_record, record, runs_of
from lib.sandbox.calls import Answer, Call
from lib.sandbox.catalog import Model, find_model
from lib.sandbox.errors import field_error, invalid
from lib.sandbox.identifiers import new_id
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed
from lib.sandbox.runs import Order, accept, refuse
from lib.sandbox.scenarios import chosen
from lib.sandbox.validation import client_ref_errors, envelope_errors, input_errors

LARGEST = 100


def create(call: Call) -> Answer:
    """`POST /v1/models/{model_id}/batches`."""
    model = find_model(call.path["model_id"])
    body = call.json_object()
    errors = _errors(model, body)
    if errors:
        raise invalid(errors)
    given = materialized(call, {name: body.get(name) for name in ("input", "metadata")})
    row = {
        "id": new_id(call.now),
        "model": model.id,
        "model_id": model.row_id,
        "input": json.dumps(given["input"]),
        "metadata": json.dumps(given["metadata"]),
        "callback_url": body.get("callback_url"),
        "request_id": f"req_{new_id(call.now).replace('-', '')}",
        "created_at": call.now,
    }
    call.world.database.insert("batch", row)
    for order in _orders(model, given, str(row["id"])):
        scenario = chosen(str(order.input.get("prompt", "")), call.world.options.scenario)
        refuse(call, scenario, order)
        accept(call, order, scenario)
    return Answer(201, lean_record(call, row))


def _errors(model: Model, body: dict[str, Any]) -> list[dict[str, Any]]:
    if not model.takes_batches:
        message = f"{model.id} takes no batches: only template-backed models do"
        return [field_error(["path", "model_id"], message, "value_error")]
    errors = envelope_errors(body, input_kind=list)
    items = body.get("input")
    if not isinstance(items, list):
        return errors
    if not 1 <= len(items) <= LARGEST:
        message = f"Give 1 to {LARGEST} inputs"
        errors.append(field_error(["body", "input"], message, "list_length"))
    for place, item in enumerate(items):
        errors += _item_errors(model, item, ["body", "input", place])
    return errors


def _item_errors(model: Model, item: Any, loc: list[str | int]) -> list[dict[str, Any]]:
    if not isinstance(item, dict):
        return [field_error(loc, "Input should be an object", "dict_type")]
    return [
        *client_ref_errors(item.get("client_ref"), [*loc, "client_ref"]),
        *input_errors(model, _values(item), loc),
    ]


def _values(item: dict[str, Any]) -> dict[str, Any]:
    """The model's input in an item: its client_ref is no part of it."""
    return {name: value for name, value in item.items() if name != "client_ref"}


def _orders(model: Model, given: dict[str, Any], batch_id: str) -> list[Order]:
    return [
        Order(
            model=model,
            input=_values(item),
            metadata=given["metadata"],
            callback_url=None,
            client_ref=item.get("client_ref"),
            batch_id=batch_id,
        )
        for item in given["input"]
    ]


async def get(call: Call) -> dict[str, Any]:
    """`GET /v1/batches/{batch_id}`."""
    row = find_batch(call.world, call.path["batch_id"])
    found = record(call, row)
    found["input"] = with_signed_links(call.world, found["input"], call.now, call.base_url)
    return found


async def items(call: Call) -> dict[str, Any]:
    """`GET /v1/batches/{batch_id}/items`: the items with input, output, cost and times."""
    row = find_batch(call.world, call.path["batch_id"])
    runs = runs_of(call.world, row["id"])
    found = [item_record(call, row["id"], place, run) for place, run in enumerate(runs)]
    return page_of_items(
        call.world.database, found, listed(call.query, sort_by="sequence_index:asc")
    )

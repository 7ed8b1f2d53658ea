"""The shapes of everything the sandbox answers, as JSON Schema."""

from typing import Any

from lib.sandbox.billing import MOST_DOLLARS
from lib.sandbox.catalog import Model
from lib.sandbox.life import STATUSES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}
ANYTHING: Schema = {}
OBJECT: Schema = {"type": "object"}
MONEY: Schema = {"type": "string", "pattern": r"^-?\d+\.\d{2,6}$", "description": "US dollars."}
STATUS: Schema = {"type": "string", "enum": list(STATUSES)}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, NULL]}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def record(properties: dict[str, Schema], *, partial: bool = False) -> Schema:
    """An object with these properties and no others, all of them there unless `partial`."""
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return schema if partial else {**schema, "required": list(properties)}


def page(items: Schema) -> Schema:
    """A list; its items may be cut down by `fields`."""
    cursor = nullable(TEXT)
    partial = {name: value for name, value in items.items() if name != "required"}
    return record({"items": array(partial), "first": cursor, "next": cursor, "previous": cursor})


TEXT_OR_NULL = nullable(TEXT)
TIME_OR_NULL = nullable(TIME)
UUID_OR_NULL = nullable(UUID)
INTEGER_OR_NULL = nullable(INTEGER)

ERROR = record(
    {
        "code": TEXT,
        "message": TEXT,
        "errors": nullable(
            array(
                record(
                    {
                        "loc": array({"anyOf": [TEXT, INTEGER]}),
                        "msg": TEXT,
                        "type": TEXT,
                    }
                )
            )
        ),
    }
)

OUTPUT = record(
    {
        "outputs": array(
            record(
                {
                    "url": TEXT,
                    "type": {"enum": ["image"]},
                    "width": INTEGER,
                    "height": INTEGER,
                    "content_type": TEXT,
                }
            )
        ),
        "model_data": OBJECT,
        "nsfw_detected": nullable(BOOLEAN),
        "seed": INTEGER_OR_NULL,
        "timing": nullable(record({"inference_ms": INTEGER})),
    }
)

_RUN: dict[str, Schema] = {
    "id": UUID,
    "target_type": TEXT,
    "model_id": UUID,
    "batch_id": UUID_OR_NULL,
    "org_id": UUID,
    "created_by": UUID_OR_NULL,
    "status_code": STATUS,
    "source_code": TEXT,
    "client_ref": TEXT_OR_NULL,
    "input": OBJECT,
    "output": nullable(OUTPUT),
    "metadata": nullable(OBJECT),
    "cost": nullable(MONEY),
    "duration_ms": INTEGER_OR_NULL,
    "request_id": TEXT,
    "has_logs": BOOLEAN,
    "has_node_runs": BOOLEAN,
    "failure_code": TEXT_OR_NULL,
    "failure_message": TEXT_OR_NULL,
    "failure_stage_code": TEXT_OR_NULL,
    "callback_url": TEXT_OR_NULL,
    "created_at": TIME,
    "started_at": TIME_OR_NULL,
    "completed_at": TIME_OR_NULL,
    "target_version": NULL,
    "flow_id": NULL,
    "flow_version_id": NULL,
    "comfyui_workflow_id": NULL,
    "resolved_template_id": NULL,
    "context": NULL,
    "links": NULL,
    "cost_breakdown": NULL,
    "nodes_total": NULL,
    "nodes_completed": NULL,
    "jurisdiction_code": NULL,
    "feedback_is_positive": NULL,
    "feedback_reason": NULL,
    "source_chat_message_id": NULL,
    "current_evaluation_summary": NULL,
    "flow": NULL,
}


def run_schema(*, whole: bool) -> Schema:
    """The record of a run; `whole` as reading one gives it."""
    lists = {"node_runs": array(OBJECT), "logs": array(OBJECT)} if whole else {}
    schema = record({**_RUN, **lists})
    sdk_error = record({"code": TEXT, "message": TEXT})
    return {**schema, "properties": {**schema["properties"], "error": sdk_error}}


CALLBACK = record(
    {
        "event": {
            "enum": ["run.completed", "run.failed", "run.cancelled", "run.partial_succeeded"]
        },
        "run_id": UUID,
        "status": {"enum": ["succeeded", "failed", "cancelled", "partial_succeeded"]},
        "output": nullable(OUTPUT),
        "duration_ms": INTEGER_OR_NULL,
        "created_at": TIME_OR_NULL,
        "completed_at": TIME_OR_NULL,
        "metadata": nullable(OBJECT),
    }
)

ATTEMPT = record(
    {
        "id": UUID,
        "delivery_id": UUID,
        "attempt_number": INTEGER,
        "status_code": INTEGER_OR_NULL,
        "response_body": TEXT_OR_NULL,
        "response_time_ms": INTEGER_OR_NULL,
        "error_message": TEXT_OR_NULL,
        "created_at": TIME,
    }
)

DELIVERY = record(
    {
        "id": UUID,
        "run_id": UUID,
        "callback_url": TEXT,
        "signing_secret_id": UUID_OR_NULL,
        "payload_bytes": TEXT,
        "payload": ref("CallbackPayload"),
        "is_automatic": BOOLEAN,
        "status_code": {"enum": ["pending", "delivered", "failed"]},
        "failure_reason_code": TEXT_OR_NULL,
        "failure_detail": TEXT_OR_NULL,
        "attempt_count": INTEGER,
        "max_attempts": INTEGER,
        "next_attempt_at": TIME_OR_NULL,
        "created_at": TIME,
        "updated_at": TIME,
        "completed_at": TIME_OR_NULL,
        "attempts": array(ATTEMPT),
    }
)

_SECRET: dict[str, Schema] = {
    "id": UUID,
    "org_id": UUID,
    "key_prefix": TEXT,
    "is_current": BOOLEAN,
    "label": TEXT_OR_NULL,
    "disabled_at": TIME_OR_NULL,
    "last_used_at": TIME_OR_NULL,
    "created_at": TIME,
    "updated_at": TIME,
}
SECRET = record(_SECRET)
NEW_SECRET = record({**_SECRET, "plain_secret": TEXT})

_BALANCE: dict[str, Schema] = {
    "id": UUID,
    "org_id": UUID,
    "balance": MONEY,
    "low_balance_threshold": MONEY,
    "low_balance_notified_at": TIME_OR_NULL,
    "created_at": TIME,
    "updated_at": TIME,
    "balance_cents": INTEGER,
    "currency": {"enum": ["USD"]},
}
BALANCE = record(_BALANCE)
_USD = {**_BALANCE, "balance_usd": MONEY}
CREDIT_BALANCES = record({**_USD, **page(record(_USD))["properties"]})
DOLLARS: Schema = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": MOST_DOLLARS, "multipleOf": 0.01},
        {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,6})?$"},
    ]
}

ASSET = record(
    {
        "id": UUID,
        "org_id": UUID,
        "folder_id": TEXT_OR_NULL,
        "name": TEXT,
        "r2_key": TEXT,
        "url": {"type": "string", "format": "uri"},
        "thumbnail_url": TEXT_OR_NULL,
        "mime_type": TEXT,
        "size_bytes": INTEGER,
        "asset_type": TEXT,
        "source_type": TEXT,
        "source_id": UUID_OR_NULL,
        "created_by": UUID_OR_NULL,
        "created_at": TIME,
        "updated_at": TIME,
        "deleted_at": TIME_OR_NULL,
        "deleted_by": UUID_OR_NULL,
        "created_by_user": nullable(OBJECT),
    }
)


def input_schema(model: Model) -> Schema:
    """The input of a model, from the same rules that check it."""
    properties = {field["name"]: _field_schema(dict(field)) for field in model.fields}
    return {
        "type": "object",
        "properties": properties,
        "required": [field["name"] for field in model.fields if field.get("required")],
        "additionalProperties": not model.refuses_unknown_fields,
    }


_KEYWORDS = {
    "allowed": "enum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minItems",
    "max_items": "maxItems",
}


def _field_schema(field: dict[str, Any]) -> Schema:
    kept = ("type", "default", "description", "minimum", "maximum", *_KEYWORDS)
    schema = {_KEYWORDS.get(name, name): field[name] for name in kept if name in field}
    if field["type"] == "media":
        schema["type"] = "string"
    if field["type"] == "media_list":
        schema |= {"type": "array", "items": TEXT}
    return schema

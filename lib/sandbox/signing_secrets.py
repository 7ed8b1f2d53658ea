"""Secrets that sign callbacks. The current one signs; the first one made is current by itself."""

import secrets
from typing import Any

from lib.sandbox.calls import Answer, Call
from lib.sandbox.clock import iso
from lib.sandbox.errors import field_error, invalid, not_found
from lib.sandbox.identifiers import new_id
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed

LONGEST_LABEL = 255


def _record(call: Call, row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "org_id": call.world.org_id,
        "key_prefix": row["plain_secret"][:12],
        "is_current": bool(row["is_current"]),
        "label": row["label"],
        "disabled_at": None,
        "last_used_at": iso(row["last_used_at"]),
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def create(call: Call) -> Answer:
    """`POST /v1/callback-secrets`: the only time that the secret is shown."""
    body = call.json_object(optional=True)
    _check(body)
    database = call.world.database
    row = {
        "id": new_id(call.now),
        "plain_secret": f"whsec_{secrets.token_hex(24)}",
        "label": body.get("label"),
        "is_current": database.one("SELECT 1 FROM secret WHERE is_current = 1") is None,
        "last_used_at": None,
        "created_at": call.now,
        "updated_at": call.now,
    }
    database.insert("secret", row)
    return Answer(201, {**_record(call, row), "plain_secret": row["plain_secret"]})


async def search(call: Call) -> dict[str, Any]:
    """`GET /v1/callback-secrets`."""
    rows = call.world.database.all("SELECT * FROM secret")
    items = [_record(call, row) for row in rows]
    return page_of_items(call.world.database, items, listed(call.query))


async def get(call: Call) -> dict[str, Any]:
    """`GET /v1/callback-secrets/{secret_id}`."""
    return _record(call, _find(call))


def update(call: Call) -> Answer:
    """`PATCH /v1/callback-secrets/{secret_id}`: rename it, or make it the one that signs."""
    row = _find(call)
    body = call.json_object()
    _check(body)
    database = call.world.database
    if body.get("is_current"):
        database.run("UPDATE secret SET is_current = 0")
    database.run(
        "UPDATE secret SET label = ?, is_current = ?, updated_at = ? WHERE id = ?",
        (
            body.get("label", row["label"]),
            body.get("is_current", bool(row["is_current"])),
            call.now,
            row["id"],
        ),
    )
    return Answer(200, _record(call, _find(call)))


def delete(call: Call) -> Answer:
    """`DELETE /v1/callback-secrets/{secret_id}`."""
    call.world.database.run("DELETE FROM secret WHERE id = ?", (_find(call)["id"],))
    return Answer(204)


def _find(call: Call) -> Any:
    secret_id = call.path["secret_id"]
    row = call.world.database.one("SELECT * FROM secret WHERE id = ?", (secret_id,))
    if row is None:
        raise not_found(f"Callback secret {secret_id!r}")
    return row


def _check(body: dict[str, Any]) -> None:
    """Raises 422 for a label or an is_current of the wrong kind."""
    errors = []
    label = body.get("label")
    if not isinstance(label, str | None) or len(label or "") > LONGEST_LABEL:
        message = f"Input should be null or a string of at most {LONGEST_LABEL} characters"
        errors.append(field_error(["body", "label"], message, "string_type"))
    if not isinstance(body.get("is_current", False), bool):
        message = "Input should be a valid boolean"
        errors.append(field_error(["body", "is_current"], message, "bool_type"))
    if errors:
        raise invalid(errors)

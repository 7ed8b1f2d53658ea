"""Assets and their upload: session, bytes to a signed address, confirmation."""

import os
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lib.sandbox import links
from lib.sandbox.assets import asset_path, signed_link
from lib.sandbox.calls import Answer, Call
from lib.sandbox.clock import SECOND, iso, now_micros
from lib.sandbox.endpoints import read_body
from lib.sandbox.errors import conflict, denied, field_error, invalid, not_found
from lib.sandbox.identifiers import new_id
from lib.sandbox.item_pages import page_of_items
from lib.sandbox.listing import listed
from lib.sandbox.validation import is_integer
from lib.sandbox.world import World

LARGEST = 52_428_800
UPLOAD_SECONDS = 15 * 60
TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "image/heic")
_LENGTHS = {"filename": 500, "mime_type": 255}


def open_session(call: Call) -> Answer:
    """`POST /v1/asset-uploads`."""
    body = call.json_object()
    errors = _session_errors(body)
    if errors:
        raise invalid(errors)
    asset_id = new_id(call.now)
    call.world.database.insert(
        "asset",
        {
            "id": asset_id,
            "name": body["filename"],
            "mime_type": body["mime_type"],
            "declared_bytes": int(body["size_bytes"]),
            "source_type": "upload",
            "state": "open",
            "created_at": call.now,
            "updated_at": call.now,
        },
    )
    expires_at = call.now + UPLOAD_SECONDS * SECOND
    path = f"/files/uploads/{asset_id}"
    upload_url = links.signed(call.base_url, path, call.world.signing_key, expires_at)
    return Answer(201, {"asset_id": asset_id, "upload_url": upload_url})


def _session_errors(body: dict[str, Any]) -> list[dict[str, Any]]:
    errors = []
    for name, longest in _LENGTHS.items():
        if not isinstance(body.get(name), str) or not 1 <= len(body[name]) <= longest:
            message = f"Input should be a string of 1 to {longest} characters"
            errors.append(field_error(["body", name], message, "string_type"))
    size = body.get("size_bytes")
    if not is_integer(size) or not 1 <= int(size or 0) <= LARGEST:
        message = f"Input should be an integer from 1 to {LARGEST}"
        errors.append(field_error(["body", "size_bytes"], message, "int_type"))
    if not errors and body["mime_type"] not in TYPES:
        message = f"Unsupported type; use one of {', '.join(TYPES)}"
        errors.append(field_error(["body", "mime_type"], message, "literal_error"))
    return errors


async def upload(request: Request) -> Response:
    """`PUT /files/uploads/{asset_id}`: the storage's part, by signed link, without a key."""
    world: World = request.app.state.world
    now = now_micros()
    links.check(request.url.path, request.query_params, world.signing_key, now)
    row = _row(world, request.path_params["asset_id"])
    if request.headers.get("content-type") != row["mime_type"]:
        raise denied(f"Content-Type must be the declared one: {row['mime_type']}.")
    content = await read_body(request, LARGEST)
    path = asset_path(world, row["id"])
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
    world.database.run(
        "UPDATE asset SET size_bytes = ?, updated_at = ? WHERE id = ?",
        (len(content), now, row["id"]),
    )
    return Response(status_code=200)


def confirm(call: Call) -> Answer:
    """`POST /v1/asset-uploads/{asset_id}/confirmations`; once more gives the same asset."""
    row = _row(call.world, call.path["asset_id"])
    folder_id = call.json_object(optional=True).get("folder_id", row["folder_id"])
    if not isinstance(folder_id, str | None):
        loc: list[str | int] = ["body", "folder_id"]
        raise invalid([field_error(loc, "Input should be a string or null", "string_type")])
    if row["size_bytes"] is None:
        raise conflict("Nothing has been uploaded yet: PUT the bytes to the upload_url first.")
    call.world.database.run(
        "UPDATE asset SET state = 'confirmed', folder_id = ?, updated_at = ? WHERE id = ?",
        (folder_id, call.now, row["id"]),
    )
    return Answer(201, _record(call, _row(call.world, row["id"])))


async def search(call: Call) -> dict[str, Any]:
    """`GET /v1/assets`."""
    rows = call.world.database.all("SELECT * FROM asset WHERE state = 'confirmed'")
    items = [_record(call, row) for row in rows]
    return page_of_items(call.world.database, items, listed(call.query))


async def get(call: Call) -> dict[str, Any]:
    """`GET /v1/assets/{asset_id}`, with a freshly signed url."""
    return _record(call, _confirmed(call))


def delete(call: Call) -> Answer:
    """`DELETE /v1/assets/{asset_id}`."""
    row = _confirmed(call)
    call.world.database.run("UPDATE asset SET state = 'deleted' WHERE id = ?", (row["id"],))
    asset_path(call.world, row["id"]).unlink(missing_ok=True)
    return Answer(204)


async def types(_call: Call) -> dict[str, Any]:
    """`GET /v1/assets/types`; its shape is not on record, so it is a list as all others are."""
    items = [{"mime_type": name, "asset_type": "image", "max_bytes": LARGEST} for name in TYPES]
    return {"items": items, "first": None, "next": None, "previous": None}


def _confirmed(call: Call) -> Any:
    row = _row(call.world, call.path["asset_id"])
    if row["state"] != "confirmed":
        raise not_found(f"Asset {row['id']!r}")
    return row


def _row(world: World, asset_id: str) -> Any:
    row = world.database.one("SELECT * FROM asset WHERE id = ?", (asset_id.lower(),))
    if row is None or row["state"] == "deleted":
        raise not_found(f"Asset {asset_id!r}")
    return row


def _record(call: Call, row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "org_id": call.world.org_id,
        "folder_id": row["folder_id"],
        "name": row["name"],
        "r2_key": f"assets/{row['id']}",
        "url": signed_link(call.world, row["id"], call.now, call.base_url),
        "thumbnail_url": None,
        "mime_type": row["mime_type"],
        "size_bytes": row["size_bytes"],
        "asset_type": "image",
        "source_type": row["source_type"],
        "source_id": None,
        "created_by": call.world.user_id,
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
        "deleted_at": None,
        "deleted_by": None,
        "created_by_user": {
            "id": call.world.user_id,
            "email": "sandbox@example.invalid",
            "first_name": "Sandbox",
            "last_name": None,
            "avatar_url": None,
        },
    }

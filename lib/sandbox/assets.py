"""Files of the caller: inline data becomes an asset, references become links."""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lib.sandbox import links
from lib.sandbox.calls import Call
from lib.sandbox.clock import SECOND
from lib.sandbox.errors import field_error, invalid
from lib.sandbox.identifiers import is_uuid, new_id
from lib.sandbox.world import World

REFERENCE = "runflow://assets/"
_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,([A-Za-z0-9+/\s]+={0,2})")


def materialized(call: Call, value: Any) -> Any:
    """The value with every data URI stored and replaced by a reference to its asset.

    Raises 422 for a reference to an asset that is not there.
    """
    return _replaced(value, lambda text: _materialized_text(call, text))


def with_signed_links(world: World, value: Any, now: int, base_url: str) -> Any:
    """The value with every reference replaced by a link that works for a while."""

    def link(text: str) -> str:
        return _link_of(world, text, now, base_url) if text.startswith(REFERENCE) else text

    return _replaced(value, link)


def _replaced(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _materialized_text(call: Call, text: str) -> str:
    if text.startswith(REFERENCE):
        _require(call.world, text)
        return text
    match = _DATA_URI.fullmatch(text) if text.startswith("data:") else None
    if match is None:
        return text
    try:
        content = base64.b64decode(match[2], validate=False)
    except binascii.Error:
        return text
    return REFERENCE + _store(call, match[1], content)


def _store(call: Call, mime_type: str, content: bytes) -> str:
    """Keep inline data as an asset; returns its id."""
    asset_id = new_id(call.now)
    path = asset_path(call.world, asset_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    call.world.database.insert(
        "asset",
        {
            "id": asset_id,
            "name": f"inline-{asset_id}",
            "mime_type": mime_type,
            "declared_bytes": len(content),
            "size_bytes": len(content),
            "source_type": "inline",
            "state": "confirmed",
            "created_at": call.now,
            "updated_at": call.now,
        },
    )
    return asset_id


def _require(world: World, reference: str) -> None:
    asset_id = reference.removeprefix(REFERENCE)
    found = is_uuid(asset_id) and world.database.one(
        "SELECT 1 FROM asset WHERE id = ? AND state = 'confirmed'", (asset_id,)
    )
    if not found:
        message = f"asset not found or expired: {reference}"
        raise invalid([field_error(["body", "input"], message, "asset_not_found")])


def _link_of(world: World, reference: str, now: int, base_url: str) -> str:
    return signed_link(world, reference.removeprefix(REFERENCE), now, base_url)


def signed_link(world: World, asset_id: str, now: int, base_url: str) -> str:
    """A fresh link to an asset's bytes."""
    expires_at = now + round(world.options.url_seconds * SECOND)
    return links.signed(base_url, f"/files/assets/{asset_id}", world.signing_key, expires_at)


def asset_path(world: World, asset_id: str) -> Path:
    """Where an asset's bytes are kept."""
    return world.options.data_dir / "assets" / asset_id

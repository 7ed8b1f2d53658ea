"""What a callback says: the body, its bytes, and its signature."""

import hashlib
import hmac
import json
from typing import Any

from lib.sandbox.assets import with_signed_links
from lib.sandbox.clock import iso
from lib.sandbox.run_records import whole_output
from lib.sandbox.world import World

EVENTS = {
    "succeeded": ("run.completed", "succeeded"),
    "failed": ("run.failed", "failed"),
    "canceled": ("run.cancelled", "cancelled"),
    "partial_succeeded": ("run.partial_succeeded", "partial_succeeded"),
}
"""Event and status of a callback for each terminal status; callbacks write two l."""


async def run_payload(world: World, row: Any, now: int) -> bytes:
    """The bytes that tell of a run's end, frozen from here on."""
    event, status = EVENTS[row["end_status"]]
    return frozen(
        {
            "event": event,
            "run_id": row["id"],
            "status": status,
            "output": await whole_output(world, row, now, callback_base(world)),
            "duration_ms": (row["completed_at"] - row["created_at"]) // 1000,
            "created_at": iso(row["created_at"]),
            "completed_at": iso(row["completed_at"]),
            "metadata": with_signed_links(
                world, json.loads(row["metadata"]), now, callback_base(world)
            ),
        }
    )


def callback_base(world: World) -> str:
    """Where links in callbacks lead: there is no caller whose address could be taken."""
    return (world.options.public_url or world.own_url).rstrip("/")


def frozen(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent, the same at every attempt."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def signature(plain_secret: str, payload: bytes) -> str:
    """Hex HMAC-SHA256 of the bytes; the key is the secret as it was shown, `whsec_` included."""
    return hmac.new(plain_secret.encode(), payload, hashlib.sha256).hexdigest()

"""Health, readiness, and who the key belongs to."""

from typing import Any

from lib.sandbox.calls import Call


async def health(_call: Call) -> dict[str, Any]:
    """`GET /v1/health`; both spellings that clients read."""
    return {"status": "ok", "ok": True}


async def readiness(call: Call) -> dict[str, Any]:
    """`GET /v1/readiness`: whether the database answers."""
    call.world.database.one("SELECT 1")
    return {"status": "ready", "ok": True}


async def me(call: Call) -> dict[str, Any]:
    """`GET /v1/auth/me`; its shape is not on record."""
    scopes = ["runs:create", "runs:read", "assets:create", "assets:read", "credit_balance:read"]
    return {
        "id": call.world.user_id,
        "org_id": call.world.org_id,
        "email": "sandbox@example.invalid",
        "name": "Sandbox",
        "organization": {"id": call.world.org_id, "name": "Sandbox"},
        "scopes": [*scopes, "admin"] if call.caller.is_admin else scopes,
    }

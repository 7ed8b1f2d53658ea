"""What tests may see and no API shows: charges and raw requests; for loopback callers only."""

import ipaddress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from lib.sandbox.clock import iso, now_micros
from lib.sandbox.errors import denied
from lib.sandbox.money import to_text
from lib.sandbox.world import World


async def ledger(request: Request) -> JSONResponse:
    """`GET /sandbox/ledger`: every charge, oldest first, and their sum."""
    world = _world(request)
    rows = world.database.all(
        "SELECT id, client_ref, idempotency_key, cost_micros, completed_at FROM run "
        "WHERE cost_micros > 0 AND completed_at <= ? ORDER BY completed_at, id",
        (now_micros(),),
    )
    total = sum(row["cost_micros"] for row in rows)
    charges = [_charge(row) for row in rows]
    return JSONResponse({"charges": charges, "total_micros": total, "total": to_text(total)})


def _charge(row: Any) -> dict[str, Any]:
    return {
        "run_id": row["id"],
        "client_ref": row["client_ref"],
        "idempotency_key": row["idempotency_key"],
        "amount_micros": row["cost_micros"],
        "at": iso(row["completed_at"]),
    }


async def requests(request: Request) -> JSONResponse:
    """`GET /sandbox/requests?method=&path=`: the last requests, oldest first."""
    world = _world(request)
    query = request.query_params
    items = world.recorder.newest(query.get("method"), query.get("path"))
    return JSONResponse({"requests": items})


def _world(request: Request) -> World:
    host = request.client.host if request.client else ""
    # A browser names its page's origin: no page may read along, though the API itself allows it.
    if not ipaddress.ip_address(host).is_loopback or "origin" in request.headers:
        raise denied("Only programs on this machine may look inside the sandbox.")
    world: World = request.app.state.world
    return world

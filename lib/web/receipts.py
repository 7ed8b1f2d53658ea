"""`GET /receipts/{run_id}`: a run's receipt to read and print; with `.html` or `.json`, to keep."""

import json
import re
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from lib.services.receipt_page import page
from lib.services.receipts import Receipt, Receipts, as_json

RECEIPTS = "/receipts"
NONE = "There is no run of this id here."
NEVER_KEPT = {"Cache-Control": "no-store"}
"""What is known of a run may change."""


def receipt_routes(receipts: Callable[[], Receipts]) -> BaseRoute:
    """The routes; the service is asked for at each request, since it opens after they are made."""

    def read(request: Request) -> Response:
        return HTMLResponse(page(_found(receipts(), request)), headers=NEVER_KEPT)

    def keep_page(request: Request) -> Response:
        found = _found(receipts(), request)
        return HTMLResponse(page(found), headers=NEVER_KEPT | _named(found, "html"))

    def keep_json(request: Request) -> Response:
        found = _found(receipts(), request)
        data = json.dumps(as_json(found), indent=1)
        headers = NEVER_KEPT | _named(found, "json")
        return Response(data, media_type="application/json", headers=headers)

    return Mount(
        RECEIPTS,
        routes=[
            Route("/{run_id}.html", keep_page),
            Route("/{run_id}.json", keep_json),
            Route("/{run_id}", read),
        ],
    )


def _found(receipts: Receipts, request: Request) -> Receipt:
    found = receipts.of(request.path_params["run_id"])
    if found is None:
        raise HTTPException(404, NONE)
    return found


def _named(receipt: Receipt, ending: str) -> dict[str, str]:
    name = re.sub("[^0-9A-Za-z-]", "", receipt.run.id)[:64]
    return {"Content-Disposition": f'attachment; filename="plantain-receipt-{name}.{ending}"'}

"""The sandbox's routes, and how the parts are put together."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from lib.sandbox import (
    billing,
    catalog,
    files,
    inspection,
    prices,
    runs,
    status_pages,
)
from lib.sandbox.endpoints import Endpoint, reading, writing
from lib.sandbox.errors import Refusal, on_crash, on_http_exception, on_refusal
from lib.sandbox.options import Options
from lib.sandbox.world import open_world


def _route(method: str, path: str, endpoint: Endpoint) -> Route:
    route = Route(path, endpoint, methods=[method])
    route.methods = {method}
    return route


def routes() -> list[Route]:
    """Every route; the first that matches answers, so that a name comes before a wildcard."""
    return [
        _route("GET", "/v1/health", reading(status_pages.health, public=True)),
        _route("GET", "/v1/readiness", reading(status_pages.readiness, public=True)),
        _route("GET", "/v1/auth/me", reading(status_pages.me)),
        _route("GET", "/v1/public/models", reading(catalog.search, public=True)),
        _route("GET", "/v1/models", reading(catalog.search)),
        _route("POST", "/v1/models/{model_id:path}/runs", writing(runs.create)),
        _route("GET", "/v1/models/{model_id:path}/pricing", reading(prices.search)),
        _route("GET", "/v1/models/{model_id:path}", reading(catalog.get)),
        _route("GET", "/v1/runs", reading(runs.search)),
        _route("GET", "/v1/runs/statuses", reading(runs.statuses)),
        _route("GET", "/v1/runs/{run_id}", reading(runs.get)),
        _route("GET", "/v1/billing/balance", reading(billing.balance)),
        _route("PATCH", "/v1/billing/balance", writing(billing.update)),
        _route("GET", "/v1/credit-balances", reading(billing.credit_balances)),
        Route("/files/outputs/{file_name}", files.output, methods=["GET"]),
        Route("/files/assets/{asset_id}", files.asset, methods=["GET"]),
        _route("GET", "/sandbox/ledger", inspection.ledger),
        _route("GET", "/sandbox/requests", inspection.requests),
    ]


def create_app(options: Options, own_url: str) -> Starlette:
    """The sandbox as an ASGI program that listens at `own_url`."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        app.state.world = open_world(options, own_url)
        # The first run should not wait for NumPy and Pillow, and neither should the start.
        warming = asyncio.create_task(
            asyncio.to_thread(importlib.import_module, "lib.sandbox.pictures")
        )
        yield {"open_connections": {}}
        await warming
        app.state.world.database.close()

    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    return Starlette(
        routes=routes(),
        middleware=[cors] if options.cors else [],
        exception_handlers={
            Refusal: on_refusal,
            HTTPException: on_http_exception,
            Exception: on_crash,
        },
        lifespan=lifespan,
    )

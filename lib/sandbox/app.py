"""The sandbox's routes, and how the parts are put together."""

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from lib.sandbox import (
    asset_pages,
    batches,
    billing,
    cancellation,
    catalog,
    deliveries,
    files,
    inspection,
    openapi,
    prices,
    run_details,
    runs,
    signing_secrets,
    status_pages,
)
from lib.sandbox.courier import Courier
from lib.sandbox.endpoints import Endpoint, reading, writing
from lib.sandbox.errors import Refusal, on_crash, on_disconnect, on_http_exception, on_refusal
from lib.sandbox.options import Options
from lib.sandbox.world import open_world

NOT_AT_ONCE = 4.0
"""Seconds in which whoever started the sandbox has the cores for its own start."""
_LOG = logging.getLogger("uvicorn.error")


def _route(method: str, path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=[method])


def routes() -> list[Route]:
    """Every route; the first that matches answers, so that a name comes before a wildcard."""
    return [*_model_routes(), *_run_routes(), *_account_routes(), *_asset_routes(), *_own_routes()]


def _model_routes() -> list[Route]:
    return [
        _route("GET", "/v1/public/models", reading(catalog.search, public=True)),
        _route("GET", "/v1/models", reading(catalog.search)),
        _route("POST", "/v1/models/{model_id:path}/runs", writing(runs.create)),
        _route("POST", "/v1/models/{model_id:path}/batches", writing(batches.create)),
        _route("GET", "/v1/models/{model_id:path}/pricing", reading(prices.search)),
        _route("GET", "/v1/models/{model_id:path}", reading(catalog.get)),
    ]


def _run_routes() -> list[Route]:
    run, feedback = "/v1/runs/{run_id}", "evaluations/{evaluation_id}/feedback"
    redeliver = writing(deliveries.redeliver, prepare=deliveries.fresh_payload)
    return [
        _route("GET", "/v1/runs", reading(runs.search)),
        _route("GET", "/v1/runs/statuses", reading(runs.statuses)),
        _route("GET", run, reading(runs.get)),
        _route("GET", f"{run}/logs", reading(run_details.empty_list)),
        _route("GET", f"{run}/node-runs", reading(run_details.empty_list)),
        _route("GET", f"{run}/node-runs/{{node_run_id}}", reading(run_details.no_node_run)),
        _route("GET", f"{run}/evaluations", reading(run_details.empty_list)),
        _route("PATCH", f"{run}/{feedback}", writing(run_details.no_evaluation)),
        _route("GET", f"{run}/callback", reading(deliveries.history)),
        _route("POST", f"{run}/callback-redeliveries", redeliver),
        _route("POST", "/v1/admin/runs/{run_id}/cancellation", writing(cancellation.cancel)),
        _route("GET", "/v1/batches/{batch_id}", reading(batches.get)),
        _route("GET", "/v1/batches/{batch_id}/items", reading(batches.items)),
    ]


def _account_routes() -> list[Route]:
    secret = "/v1/callback-secrets/{secret_id}"
    return [
        _route("GET", "/v1/auth/me", reading(status_pages.me)),
        _route("GET", "/v1/billing/balance", reading(billing.balance)),
        _route("PATCH", "/v1/billing/balance", writing(billing.update)),
        _route("GET", "/v1/credit-balances", reading(billing.credit_balances)),
        _route("GET", "/v1/callback-secrets", reading(signing_secrets.search)),
        _route("POST", "/v1/callback-secrets", writing(signing_secrets.create)),
        _route("GET", secret, reading(signing_secrets.get)),
        _route("PATCH", secret, writing(signing_secrets.update)),
        _route("DELETE", secret, writing(signing_secrets.delete)),
        _route("GET", "/v1/health", reading(status_pages.health, public=True)),
        _route("GET", "/v1/readiness", reading(status_pages.readiness, public=True)),
        _route("GET", "/v1/openapi.json", openapi.document_page),
    ]


def _asset_routes() -> list[Route]:
    return [
        _route("POST", "/v1/asset-uploads", writing(asset_pages.open_session)),
        _route("POST", "/v1/asset-uploads/{asset_id}/confirmations", writing(asset_pages.confirm)),
        _route("GET", "/v1/assets", reading(asset_pages.search)),
        _route("GET", "/v1/assets/types", reading(asset_pages.types)),
        _route("GET", "/v1/assets/{asset_id}", reading(asset_pages.get)),
        _route("DELETE", "/v1/assets/{asset_id}", writing(asset_pages.delete)),
    ]


def _own_routes() -> list[Route]:
    """What is no part of the API: its storage, and a look inside for tests."""
    return [
        _route("PUT", "/files/uploads/{asset_id}", asset_pages.upload),
        _route("GET", "/files/outputs/{file_name}", files.output),
        _route("GET", "/files/assets/{asset_id}", files.asset),
        _route("GET", "/sandbox/ledger", inspection.ledger),
        _route("GET", "/sandbox/requests", inspection.requests),
    ]


def _log_crash(task: asyncio.Task[None]) -> None:
    """A worker that ends by itself has failed, and nobody else would say so."""
    if not task.cancelled() and task.exception() is not None:
        _LOG.error("The callback worker failed.", exc_info=task.exception())


async def _load_soon(module: str) -> None:
    await asyncio.sleep(NOT_AT_ONCE)
    await asyncio.to_thread(importlib.import_module, module)


def create_app(options: Options, own_url: str) -> Starlette:
    """The sandbox as an ASGI program that listens at `own_url`."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        app.state.world = open_world(options, own_url)
        # The first run should not wait for NumPy and Pillow, and neither should the start.
        warming = asyncio.create_task(_load_soon("lib.sandbox.pictures"))
        courier = asyncio.create_task(Courier(app.state.world).work())
        courier.add_done_callback(_log_crash)
        yield {"open_connections": {}}
        courier.cancel()
        warming.cancel()
        await asyncio.gather(courier, warming, return_exceptions=True)
        app.state.world.database.close()

    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    app = Starlette(
        routes=routes(),
        middleware=[cors] if options.cors else [],
        exception_handlers={
            Refusal: on_refusal,
            HTTPException: on_http_exception,
            ClientDisconnect: on_disconnect,
            Exception: on_crash,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app

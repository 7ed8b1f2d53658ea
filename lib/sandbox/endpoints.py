"""From a plain function over a `Call` to an endpoint of Starlette."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from lib.sandbox.auth import Caller, caller
from lib.sandbox.calls import Answer, Call
from lib.sandbox.clock import iso, now_micros
from lib.sandbox.errors import Refusal, bad_request, conflict
from lib.sandbox.idempotency import KeptAnswer, KeptAnswers
from lib.sandbox.interruption import DroppedResponse
from lib.sandbox.world import World

BODY_LIMIT = 16 * 1024 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]
Read = Callable[[Call], Awaitable[Any]]
Write = Callable[[Call], Answer]


def reading(read: Read, *, public: bool = False) -> Endpoint:
    """An endpoint that answers 200 with what `read` returns."""

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await read(await _call(request, public=public)))

    return endpoint


def writing(write: Write, *, prepare: Read | None = None) -> Endpoint:
    """An endpoint that changes something: one transaction, replayed under an Idempotency-Key.

    `write` never awaits, so that nothing else happens between its first look and its last write;
    what takes time is done by `prepare` before.
    """

    async def endpoint(request: Request) -> Response:
        call = await _call(request)
        if prepare is not None:
            call = replace(call, prepared=await prepare(call))
        scope = f"{request.method} {request.url.path}"
        key = _idempotency_key(request)
        if key is None:
            with call.world.database.transaction():
                answer = write(call)
            return _response(answer)
        return _once(write, call, (scope, key))

    return endpoint


def _once(write: Write, call: Call, flight: tuple[str, str]) -> Response:
    """Run `write` the first time; afterwards give the same bytes again."""
    world = call.world
    if flight in world.in_flight:
        raise conflict("A request with this Idempotency-Key is still being answered.")
    kept = KeptAnswers(world.database)
    body_sha256 = hashlib.sha256(call.body).hexdigest()
    with world.database.transaction():
        found = kept.find(*flight, body_sha256, call.now)
        if found is not None:
            return _replayed(found)
        answer = write(call)
        kept.keep(*flight, body_sha256, answer.status, _encode(answer.body), call.now)
    if not answer.hold_seconds:
        return _response(answer)
    world.in_flight.add(flight)
    return _response(answer, on_sent=lambda: world.in_flight.discard(flight))


def _replayed(found: KeptAnswer) -> Response:
    if found.status == 204:
        return Response(status_code=204)
    return Response(found.body, found.status, media_type="application/json")


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 255:
        raise bad_request("Idempotency-Key must have 1 to 255 characters.")
    return key


async def _call(request: Request, *, public: bool = False) -> Call:
    world: World = request.app.state.world
    who = Caller(is_admin=False) if public else caller(request.headers, world.org_id)
    body = await read_body(request, BODY_LIMIT)
    return Call(
        world=world,
        caller=who,
        path=request.path_params,
        query=request.query_params,
        headers=request.headers,
        body=body,
        base_url=base_url(request),
        now=now_micros(),
    )


def base_url(request: Request) -> str:
    """Where this caller reaches the sandbox; signed links begin with it."""
    world: World = request.app.state.world
    return (world.options.public_url or str(request.base_url)).rstrip("/")


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, recorded; raises 413 above the limit (bytes)."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise Refusal(413, "PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes.")
    body = bytes(chunks)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    world: World = request.app.state.world
    at = iso(now_micros()) or ""
    world.recorder.add(at, request.method, target, request.headers.items(), body)
    return body


def _encode(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _response(answer: Answer, on_sent: Callable[[], None] | None = None) -> Response:
    if answer.drop:
        return DroppedResponse()
    if answer.body is None:
        return Response(status_code=answer.status)
    status, body = answer.sent_instead or (answer.status, _encode(answer.body))
    return HeldResponse(body, status, answer.hold_seconds, on_sent)


class HeldResponse(Response):
    """A JSON answer that is sent after `seconds`, which may be 0."""

    def __init__(
        self, body: bytes, status: int, seconds: float, on_sent: Callable[[], None] | None
    ) -> None:
        super().__init__(body, status, media_type="application/json")
        self._seconds = seconds
        self._on_sent = on_sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(self._seconds)
            await super().__call__(scope, receive, send)
        finally:
            if self._on_sent is not None:
                self._on_sent()

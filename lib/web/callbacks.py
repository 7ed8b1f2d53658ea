"""Where the API reports that a run has ended: `POST /callbacks/runflow/{token}`.

Whatever comes is bounded while it is read, proved before it is parsed, on disk before it is
answered, and looked into after that. Nobody gets to see more than a status and a word.
"""

import asyncio
import logging
from collections.abc import Callable

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from lib.domain.callback import CallbackRefused, Reason, Received
from lib.services.callbacks import CallbackService, Delivery

LARGEST_BODY = 256 * 1024
BODY_WITHIN_S = 10.0
"""The API waits about that long for an answer; a body that drips longer is none of its."""

STATUS = {
    Reason.NO_SIGNATURE: 401,
    Reason.SEVERAL_SIGNATURES: 401,
    Reason.MALFORMED_SIGNATURE: 401,
    Reason.WRONG_SIGNATURE: 401,
    Reason.WRONG_ADDRESS: 404,
    Reason.ENCODED: 415,
    Reason.TOO_LARGE: 413,
    Reason.TOO_SLOW: 408,
    Reason.BROKEN_OFF: 400,
    Reason.UNUSABLE: 400,
}

log = logging.getLogger(__name__)


def callback_routes(callbacks: Callable[[], CallbackService]) -> BaseRoute:
    """The routes; `callbacks` is asked at each request, since it opens after they are made."""

    async def receive(request: Request) -> Response:
        body = bytearray()
        try:
            service = callbacks()
            try:
                await _read(request, body)
                return await _take(service, _delivery(request, bytes(body)))
            except CallbackRefused as refused:
                return await _refuse(service, refused.reason, request, bytes(body))
        except Exception:
            # The disk or the database. The API sends a callback again after a 5xx.
            log.exception("a callback could not be kept")
            return PlainTextResponse("Not kept: send it again.", 503)

    return Mount("/callbacks", routes=[Route("/runflow/{token}", receive, methods=["POST"])])


async def _read(request: Request, body: bytearray) -> None:
    """Read the body into `body`, no more than allowed and no longer. Raises CallbackRefused."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise CallbackRefused(Reason.ENCODED)
    if _declared_length(request) > LARGEST_BODY:
        raise CallbackRefused(Reason.TOO_LARGE)
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.stream():
                body += chunk[: LARGEST_BODY + 1]
                if len(body) > LARGEST_BODY:
                    raise CallbackRefused(Reason.TOO_LARGE)
    except TimeoutError:
        raise CallbackRefused(Reason.TOO_SLOW) from None
    except ClientDisconnect:
        raise CallbackRefused(Reason.BROKEN_OFF) from None


def _declared_length(request: Request) -> int:
    """What the header says; 0 where it says nothing of use. The reading counts for itself."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 20 else 0


def _delivery(request: Request, body: bytes) -> Delivery:
    return Delivery(
        token=request.path_params["token"],
        body=body,
        signatures=request.headers.getlist("runflow-signature"),
        request_id=request.headers.get("runflow-request-id"),
    )


async def _take(service: CallbackService, delivery: Delivery) -> Response:
    proof = service.prove(delivery)
    received = await asyncio.to_thread(service.keep, delivery, proof)
    return PlainTextResponse("Kept.", background=BackgroundTask(_look_into, service, received))


def _look_into(service: CallbackService, received: Received) -> None:
    try:
        service.look_into(received)
    except Exception:
        log.exception("a callback was kept and not looked into; polling sees to its run")


async def _refuse(
    service: CallbackService, reason: Reason, request: Request, body: bytes
) -> Response:
    is_due = service.refuse(reason, request.headers.get("runflow-request-id"), body)
    count = BackgroundTask(_write_refusals, service) if is_due else None
    return PlainTextResponse(f"Refused: {reason}.", STATUS[reason], background=count)


def _write_refusals(service: CallbackService) -> None:
    try:
        service.write_refusals()
    except Exception:
        log.exception("refused callbacks could not be counted")

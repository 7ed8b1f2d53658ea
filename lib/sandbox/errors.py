"""What the sandbox answers when it refuses: the flat envelope `{code, message, errors}`."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE"}


class Refusal(Exception):
    """A request that is answered with an error; `items` are the fields of a 422."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        items: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.items = items
        self.headers = headers


def bad_request(message: str) -> Refusal:
    """400: the request cannot be read at all."""
    return Refusal(400, "BAD_REQUEST", message)


def not_found(what: str, code: str = "NOT_FOUND") -> Refusal:
    """404: nothing here has that name, or it belongs to somebody else."""
    return Refusal(404, code, f"{what} not found")


def conflict(message: str) -> Refusal:
    """409: the request collides with another one."""
    return Refusal(409, "CONFLICT", message)


def denied(message: str) -> Refusal:
    """403: known, but not allowed."""
    return Refusal(403, "PERMISSION_DENIED", message)


def field_error(loc: list[str | int], msg: str, kind: str) -> dict[str, Any]:
    """One item of a 422, in the shape that the official clients read."""
    return {"loc": loc, "msg": msg, "type": kind}


def invalid(items: list[dict[str, Any]]) -> Refusal:
    """422: the request was read, and some fields are not as they must be."""
    first = items[0]
    where = ".".join(str(part) for part in first["loc"])
    more = f" (and {len(items) - 1} more)" if len(items) > 1 else ""
    return Refusal(422, "VALIDATION_ERROR", f"{where}: {first['msg']}{more}", items)


def refusal_response(refusal: Refusal) -> JSONResponse:
    """The flat envelope of a refusal."""
    body = {"code": refusal.code, "message": refusal.message, "errors": refusal.items}
    return JSONResponse(body, refusal.status, dict(refusal.headers or {}))


async def on_refusal(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler for our own refusals."""
    assert isinstance(error, Refusal)
    return refusal_response(error)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own errors (unknown route, wrong method) in the API's envelope."""
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "BAD_REQUEST")
    message = f"{request.method} {request.url.path}: {error.detail}"
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return refusal_response(Refusal(error.status_code, code, message, headers=headers))


def _allowed(request: Request) -> str:
    """The methods of the path; Starlette alone would name those of its first route only."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    found = next(route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    same = [route.methods or set() for route in routes if route.path == found.path]
    return ", ".join(sorted(set().union(*same)))


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """The caller went away while sending: there is nobody to answer, and nothing was done."""
    return Response(status_code=400)


async def on_crash(_request: Request, _error: Exception) -> JSONResponse:
    """A mistake of the sandbox itself; Starlette logs the traceback."""
    return refusal_response(Refusal(500, "INTERNAL_ERROR", "The sandbox failed; see its log."))

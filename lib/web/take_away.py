"""`GET /take-away/{token}`: a file that was asked for on a page, sent while it is made."""

from collections.abc import Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Send

from lib.services.taking_away.taking_away import TakingAway
from lib.services.taking_away.transfer import BrokenOff

TAKE_AWAY = "/take-away"
GONE = "This file is not kept any more. Ask for it again on the page that it was asked for on."


class Breakable(StreamingResponse):
    """An answer that has no end when it is canceled: the browser shows the file as broken off."""

    async def stream_response(self, send: Send) -> None:
        with suppress(BrokenOff):
            await super().stream_response(send)


def take_away_routes(taking_away: Callable[[], TakingAway]) -> BaseRoute:
    """The route; the service is asked for at each request, since it opens after the route is made."""

    def fetch(request: Request) -> Response:
        found = taking_away().fetch(request.path_params["token"])
        if found is None:
            raise HTTPException(404, GONE)
        headers = {
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "no-store",
            "Content-Encoding": "identity",  # or the server would compress pictures once more
        }
        if request.method == "HEAD":
            return Response(media_type=found.mime, headers=headers)
        return Breakable(found.data, media_type=found.mime, headers=headers)

    return Mount(TAKE_AWAY, routes=[Route("/{token}", fetch)])

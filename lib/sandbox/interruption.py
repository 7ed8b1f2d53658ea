"""Answers that fail on purpose, below HTTP: the connection closes under the caller."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


def drop_connection(scope: Scope) -> None:
    """Close the caller's TCP connection at once; the server hands its connections in."""
    scope["state"]["open_connections"][scope["client"]].abort()


async def _until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class DroppedResponse(Response):
    """No answer at all."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        drop_connection(scope)
        await _until_closed(receive)


class CutResponse(Response):
    """The first half of a body that was announced as a whole."""

    def __init__(self, content: bytes, media_type: str) -> None:
        super().__init__(content, media_type=media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        half = bytes(self.body)[: len(self.body) // 2]
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": True})
        transport = scope["state"]["open_connections"][scope["client"]]
        transport.close()
        await _until_closed(receive)

"""Nobody logs in yet, so nobody but this machine may come in: every visitor spends the key's money.

The address that is listened on is checked at the start, and each connection by where it comes from.
Which names a browser may call us by is Starlette's TrustedHostMiddleware's part: without it a
foreign page could have its own name lead here.
"""

from typing import Any

from lib.settings import is_loopback

TRUSTED_HOSTS = ["127.0.0.1", "localhost"]
REFUSAL = b"Plantain answers this machine only."
FORWARDED = frozenset(
    {
        b"forwarded",
        b"via",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-real-ip",
    }
)
"""Headers of a proxy: who stands behind it is on another machine, whatever else they say."""


class NotLoopback(Exception):
    """Plantain was told to listen where others can reach it."""


def check_address(address: str | None) -> None:
    """Raises NotLoopback unless `address` can only be reached from this machine."""
    if address is None or not is_loopback(address):
        raise NotLoopback(
            f"server.address is {address or 'every address'}: nobody logs in yet, so Plantain "
            "listens on 127.0.0.1 only. Leave --server.address out."
        )


def own_url(address: str, port: int) -> str:
    """Where this machine finds a server that listens on `address`."""
    return f"http://{f'[{address}]' if ':' in address else address}:{port}"


class LoopbackOnly:
    """ASGI middleware: refuses whoever comes from another machine."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or is_from_here(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": REFUSAL})


def is_from_here(scope: Any) -> bool:
    """Whether a connection comes from this machine, and not through a proxy or tunnel on it."""
    client = scope.get("client")
    if client is None or not is_loopback(client[0].removeprefix("::ffff:")):
        return False
    return FORWARDED.isdisjoint(name.lower() for name, _ in scope.get("headers", ()))

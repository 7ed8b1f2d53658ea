"""Who comes in where: this machine everywhere, the API with its callbacks only.

A proxy or tunnel that brings callbacks runs on this machine, so its connections look like our own.
It is known by the public name that it is called by, or by the headers that it adds. For such
requests there is one door, `/callbacks/`; everything else stays closed to them.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware.trustedhost import TrustedHostMiddleware

from lib.settings import is_loopback
from lib.web.loopback import TRUSTED_HOSTS, LoopbackOnly, is_from_here

DOOR = "/callbacks/"


class Entrance:
    """ASGI middleware. `public_host` tells the name in PLANTAIN_PUBLIC_URL, None without one."""

    def __init__(self, app: Any, public_host: Callable[[], str | None]) -> None:
        self._app = app
        self._inside = LoopbackOnly(TrustedHostMiddleware(app, allowed_hosts=TRUSTED_HOSTS))
        self._public_host = public_host

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(DOOR) and self._lets_in(scope):
            await self._app(scope, receive, send)
        else:
            await self._inside(scope, receive, send)

    def _lets_in(self, scope: Any) -> bool:
        """Whether a callback may come from there, under that name."""
        named, public_host = called_host(scope), self._public_host()
        if named is None:
            return False
        if is_loopback(named):
            return public_host is not None or is_from_here(scope)
        return named == public_host


def called_host(scope: Any) -> str | None:
    """The host by which we were called, without its port; None unless there is exactly one."""
    named = [value for name, value in scope["headers"] if name.lower() == b"host"]
    if len(named) != 1:
        return None
    try:
        return str(urlsplit("//" + named[0].decode("ascii")).hostname or "") or None
    except ValueError:
        return None


def host_of(url: str | None) -> str | None:
    """The host in an address, in the spelling of `called_host`."""
    return urlsplit(url).hostname if url else None

"""The sandbox as a process: its web server, and how it ends."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TextIO

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.sandbox.app import create_app
from lib.sandbox.claims import Claims, url_of
from lib.sandbox.options import Options


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 whose open connections the app can find, in order to close one unanswered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state["open_connections"][self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.app_state["open_connections"].pop(self.client, None)
        super().connection_lost(exc)


class SandboxServer(uvicorn.Server):
    """A web server that tells when it serves, and whether Ctrl+C ended it."""

    def __init__(self, config: uvicorn.Config, on_serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_serving = on_serving
        self.was_interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.was_interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_serving()


def make_server(
    options: Options, bound: socket.socket, on_serving: Callable[[], None] = lambda: None
) -> SandboxServer:
    """A server that is ready to `run(sockets=[bound])`, in this thread or another."""
    config = uvicorn.Config(
        create_app(options, url_of(bound)),
        http=DroppableProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return SandboxServer(config, on_serving)


def end_with_parent(server: uvicorn.Server, stdin: int) -> None:
    """Watch the pipe that our parent holds: when it closes, also by SIGKILL, end the server."""

    def watch() -> None:
        while os.read(stdin, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def serve(options: Options, claims: Claims, *, with_parent: bool, out: TextIO) -> None:
    """Run until stopped; one line on `out` tells the URL once it serves.

    Raises KeyboardInterrupt when Ctrl+C was what stopped it.
    """
    with claims:

        def announce() -> None:
            out.write(f"Runflow sandbox listening on {url_of(claims.bound)}\n")
            out.flush()

        server = make_server(options, claims.bound, announce)
        if with_parent:
            end_with_parent(server, 0)
        server.run(sockets=[claims.bound])
        if server.was_interrupted:  # the event loop does not always pass it on
            raise KeyboardInterrupt

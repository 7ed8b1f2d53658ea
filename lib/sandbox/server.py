"""The sandbox as a process: its socket, its web server, and how it ends."""

import asyncio
import fcntl
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lib.sandbox.app import create_app
from lib.sandbox.options import Options

LOCK_PATIENCE = 3.0
"""Seconds to wait for a sandbox before us on the same data folder to end."""


class CannotStart(Exception):
    """The sandbox cannot be started as asked; the message says what to change."""


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 whose open connections the app can find, in order to close one unanswered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state["open_connections"][self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.app_state["open_connections"].pop(self.client, None)
        super().connection_lost(exc)


class SandboxServer(uvicorn.Server):
    """A web server that tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises CannotStart when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotStart(
            f"Cannot listen on {host}:{port} ({error}): choose another --port."
        ) from error
    return bound


def url_of(bound: socket.socket) -> str:
    """The base URL of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(
    options: Options, bound: socket.socket, on_listening: Callable[[], None] = lambda: None
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
    return SandboxServer(config, on_listening)


def lock_folder(folder: Path) -> TextIO:
    """Hold the data folder for this process; the lock ends when the file is closed.

    Raises CannotStart when another sandbox keeps it: two would deliver every callback twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "sandbox.lock").open("w")
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                lock.close()
                raise CannotStart(
                    f"Another sandbox uses {folder}: stop it, or choose another --data."
                ) from error
            threading.Event().wait(0.05)
        else:
            return lock


def end_with_parent(server: uvicorn.Server, stdin: int) -> None:
    """Watch the pipe that our parent holds: when it closes, also by SIGKILL, end the server."""

    def watch() -> None:
        while os.read(stdin, 4096):
            pass
        server.should_exit = True

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def serve(options: Options, host: str, port: int, *, with_parent: bool, out: TextIO) -> None:
    """Run until stopped; one line on `out` tells the URL once it listens."""
    with lock_folder(options.data_dir), listen(host, port) as bound:

        def announce() -> None:
            out.write(f"Runflow sandbox listening on {url_of(bound)}\n")
            out.flush()

        server = make_server(options, bound, announce)
        if with_parent:
            end_with_parent(server, 0)
        server.run(sockets=[bound])

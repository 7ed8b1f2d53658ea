"""What a sandbox has to itself before it serves: an address and a data folder.

Both are kept by open files. So a parent can claim them and hand them on to a child, which is then
known to have them before it has loaded anything.
"""

import fcntl
import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

LOCK_PATIENCE = 3.0
"""Seconds to wait for a sandbox before us on the same data folder to end."""
WAITING_ROOM = 128
"""So many connections may wait for the sandbox to serve."""


class CannotStart(Exception):
    """The sandbox cannot be started as asked; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A bound socket, and the lock on a data folder. A context manager: both are closed at its end.

    What was handed on to a child stays claimed for as long as the child lives.
    """

    bound: socket.socket
    lock: TextIO

    @property
    def files(self) -> tuple[int, int]:
        """Their file descriptors, in the order that `inherited` takes them."""
        return self.bound.fileno(), self.lock.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.bound.close()
        self.lock.close()


def claim(host: str, port: int, folder: Path) -> Claims:
    """Claim both; port 0 takes a free one. Raises CannotStart when one of them is taken."""
    lock = lock_folder(folder)
    try:
        return Claims(listen(host, port), lock)
    except CannotStart:
        lock.close()
        raise


def inherited(bound: int, lock: int) -> Claims:
    """What a parent has claimed, by the file descriptors that it handed on."""
    return Claims(socket.socket(fileno=bound), os.fdopen(lock, "w"))


def listen(host: str, port: int) -> socket.socket:
    """A socket at which requests can wait already. Raises CannotStart when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(WAITING_ROOM)
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


def lock_folder(folder: Path) -> TextIO:
    """Hold a data folder; the lock ends when the file is closed everywhere.

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

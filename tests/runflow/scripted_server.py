"""A real TCP server that answers as a script says, byte for byte, and keeps every request."""

import json
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from typing import Self

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
JSON_HEAD = "HTTP/1.1 {status} Scripted\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{more}\r\n"


@dataclass(frozen=True)
class Act:
    """What happens once a request was read: bytes to send, then `close`, `reset`, `keep`, `hang`.

    With `drip`, the bytes go one by one, each after as many seconds.
    """

    send: bytes = b""
    then: str = "close"
    drip: float = 0.0


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    head: str
    body: bytes

    @property
    def line(self) -> str:
        return self.head.split("\r\n", 1)[0]

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


def answer(status: int, body: object, *, then: str = "close", **headers: str) -> Act:
    """A whole answer; a body that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = JSON_HEAD.format(status=status, size=len(content), more=more)
    return Act(head.encode() + content, then=then)


@dataclass
class ScriptedServer:
    """Plays one act a request; the last one is played again for every further request."""

    acts: tuple[Act, ...]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    secured_by: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._converse, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _converse(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection:
            try:
                self._play_all(self._secured(connection))
            except OSError:
                return

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self.secured_by is None:
            return connection
        return self.secured_by.wrap_socket(connection, server_side=True)

    def _play_all(self, connection: socket.socket) -> None:
        connection.settimeout(0.05)
        with connection:
            while self._play(connection):
                pass

    def _play(self, connection: socket.socket) -> bool:
        """Read one request and play its act; whether the connection stays."""
        request = self._read(connection)
        if request is None:
            return False
        with self._lock:
            self.requests.append(request)
            act = self.acts[min(len(self.requests), len(self.acts)) - 1]
        self._send(connection, act)
        if act.then == "hang":
            self._ending.wait()
        if act.then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        return act.then == "keep"

    def _send(self, connection: socket.socket, act: Act) -> None:
        if not act.drip:
            connection.sendall(act.send)
            return
        for byte in act.send:
            connection.sendall(bytes([byte]))
            if self._ending.wait(act.drip):
                return

    def _read(self, connection: socket.socket) -> Request | None:
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = self._receive(connection)
            if not chunk:
                return None
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        request = Request(head.decode("latin-1"), b"")
        while len(body) < int(request.header("Content-Length") or 0):
            body += self._receive(connection)
        return Request(request.head, body)

    def _receive(self, connection: socket.socket) -> bytes:
        while not self._ending.is_set():
            try:
                return connection.recv(65536)
            except TimeoutError:
                continue
        return b""

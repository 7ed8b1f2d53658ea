"""A receiver of callbacks on a real socket, which answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.sandbox.running import wait_for

DROP = 0
"""As an answer: close the connection without one."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One callback as it arrived; `at` is `time.monotonic()`."""

    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """Answers with the statuses of `answers` in turn, then with 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[Callback] = field(default_factory=list)

    def wait(self, count: int = 1) -> list[Callback]:
        """The callbacks, once there are so many."""
        return wait_for(lambda: self.got, lambda got: len(got) >= count)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        answer = self.answers.pop(0) if self.answers else 200
        self.got.append(Callback(headers, body))
        return answer


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status = receiver.take(dict(self.headers.items()), self.rfile.read(length))
            if status != DROP:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/callback"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()

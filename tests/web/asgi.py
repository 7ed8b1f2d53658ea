"""Calls an ASGI app in process, also with requests that no HTTP server would let through."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Header = tuple[bytes, bytes]
HOST: Header = (b"host", b"127.0.0.1:8501")


@dataclass
class Answer:
    """What came back; status 0 when nothing did."""

    status: int = 0
    body: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)


async def call(
    app: Any,
    method: str,
    path: str,
    *,
    headers: Iterable[Header] = (),
    chunks: Sequence[bytes] = (b"",),
    ends: bool = True,
    client: tuple[str, int] | None = ("127.0.0.1", 50_000),
    drip: Callable[[], Awaitable[None]] | None = None,
) -> Answer:
    """Send a request. `ends` False breaks off after the chunks; `drip` waits before each."""
    answer, waiting = Answer(), list(chunks)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "root_path": "",
        "query_string": b"",
        "headers": list(headers),
        "client": client,
        "server": ("127.0.0.1", 8501),
    }

    async def receive() -> dict[str, Any]:
        if drip is not None:
            await drip()
        if not waiting:
            return {"type": "http.disconnect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting) or not ends}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = dict(message["headers"])
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer

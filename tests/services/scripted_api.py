"""A small API on a real socket that can be told to lie, and counts what it charges.

It is no part of the sandbox: what both get wrong in the same way would stay hidden.
"""

import json
import socket
import struct
import threading
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

PRICE = "0.08"
MODEL_ID = "0195f0aa-0000-7000-8000-000000000002"
"""The model's id in the API's catalogue: its runs name no other."""


def a_picture(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class ScriptedApi:
    """What the API does next. Each POST takes one word from `posts`, or accepts when it is empty.

    accept, refuse:<status>, lose (takes it, then drops the connection), drop (drops it untaken),
    500-taken, 500, html-taken, no-id-taken, other-ref-taken, stranger (answers with another run's id),
    held (takes it, and answers only when it is released)

    `lists` holds what is wrong with the next pages of the whole list: a status, torn, nothing, again
    (the page before), forever (pages of nothing new). `tags` says whether runs repeat their
    `client_ref` and metadata, `orders` whether the list comes newest first.
    """

    posts: deque[str] = field(default_factory=deque)
    honours_key: bool = True
    list_works: bool = True
    reads_work: bool = True
    retry_after: str | None = None
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    charges: list[str] = field(default_factory=list)
    seen_posts: list[tuple[str, bytes]] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)
    patch: dict[str, Any] = field(default_factory=dict)
    answers: deque[dict[str, Any]] = field(default_factory=deque)
    files: dict[str, bytes] = field(default_factory=lambda: {"0": a_picture()})
    expired_once: set[str] = field(default_factory=set)
    lists: deque[str] = field(default_factory=deque)
    listed: list[dict[str, str]] = field(default_factory=list)
    orders: bool = True
    tags: bool = True
    names_models: bool = True
    page_size: int = 200
    now_ms: Callable[[], int] | None = None
    released: threading.Event = field(default_factory=threading.Event)
    base_url: str = ""

    def take(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """Accept a run and charge it, or replay the one of this key."""
        if self.honours_key and key in self.by_key:
            return self.runs[self.by_key[key]]
        run_id = str(uuid.uuid4())
        self.runs[run_id] = {
            "id": run_id,
            "status_code": "succeeded",
            "model_id": MODEL_ID,
            "input": body.get("input"),
            "client_ref": body.get("client_ref") if self.tags else None,
            "metadata": body.get("metadata") if self.tags else None,
            "created_at": self.time_of_taking(),
            "output": {"outputs": [{"url": f"{self.base_url}/files/0", "type": "image"}]},
            "cost": PRICE,
            "duration_ms": 1200,
        }
        self.by_key[key] = run_id
        self.charges.append(str(body.get("client_ref")))
        return self.runs[run_id]

    def time_of_taking(self) -> str:
        if self.now_ms is None:
            return f"2026-11-23T06:00:{len(self.runs):02d}+00:00"
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC).isoformat()

    def charged_micros(self) -> int:
        """The sum of all that the runs cost."""
        return sum(round(float(run["cost"] or 0) * 1_000_000) for run in self.runs.values())

    def page(self, query: dict[str, str]) -> tuple[int, Any]:
        """One page of the whole list, or what is wrong with it."""
        self.listed.append(query)
        word = self.lists.popleft() if self.lists else ""
        if word.isdigit():
            return int(word), {"code": "NO", "message": "no lists today"}
        begin = int(pq) if (pq := query.get("pq", "")).isdigit() else 0
        if word == "again":
            begin = max(0, begin - self.page_size)
        runs = sorted(self.runs.values(), key=lambda run: str(run["created_at"]))
        runs = runs[::-1] if self.orders else runs
        items = runs[begin : begin + self.page_size]
        end = begin + self.page_size
        following = str(end) if end < len(runs) else None
        if word == "torn":
            return 200, json.dumps({"items": items})[:-40].encode()
        if word == "nothing":
            items = []
        if word == "forever":
            items, following = runs[:1], f"{uuid.uuid4()}"
        return 200, {"items": items, "first": None, "next": following, "previous": None}


class Handler(BaseHTTPRequestHandler):
    api: ScriptedApi
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def drop(self) -> None:
        """Reset the connection, no answer."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        api = self.api
        api.seen_posts.append((key, body))
        word = api.posts.popleft() if api.posts else "accept"
        if word.startswith("refuse:"):
            status = int(word.removeprefix("refuse:"))
            headers = {"Retry-After": api.retry_after} if api.retry_after else None
            refusal = {"code": "NO", "message": "said the API", "errors": None}
            return self.answer(status, refusal, headers)
        if word == "drop":
            return self.drop()
        if word == "500":
            return self.answer(500, {"code": "INTERNAL", "message": "oops"})
        run = api.take(key, json.loads(body))
        match word:
            case "lose":
                return self.drop()
            case "500-taken":
                return self.answer(500, {"code": "INTERNAL", "message": "oops"})
            case "html-taken":
                return self.answer(200, b"<html>welcome</html>")
            case "no-id-taken":
                return self.answer(201, {"status_code": "queued"})
            case "other-ref-taken":
                return self.answer(201, {**run, "client_ref": "somebody else"})
            case "held":
                self.api.released.wait(20)
                return self.answer(201, {**run, "status_code": "queued"})
            case "stranger":
                return self.answer(201, {**run, "id": next(iter(api.runs))})
            case _:
                return self.answer(201, {**run, "status_code": "queued"})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.api.gets.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/v1/runs":
            return self.list_runs(query) if "q" in query else self.answer(*self.api.page(query))
        if parts.path.startswith("/v1/runs/"):
            return self.one_run(parts.path.rsplit("/", 1)[1])
        if parts.path.startswith("/v1/models/") and self.api.names_models:
            return self.answer(200, {"id": MODEL_ID})
        if parts.path.startswith("/files/"):
            return self.one_file(parts.path.rsplit("/", 1)[1])
        return self.answer(404, {"code": "NOT_FOUND", "message": "no such route"})

    def list_runs(self, query: dict[str, str]) -> None:
        if not self.api.list_works:
            return self.answer(500, {"code": "INTERNAL", "message": "no lists today"})
        found = [run for run in self.api.runs.values() if f"'{run['client_ref']}'" in query["q"]]
        return self.answer(200, {"items": found, "first": None, "next": None, "previous": None})

    def one_run(self, run_id: str) -> None:
        if not self.api.reads_work:
            return self.answer(502, b"<html>bad gateway</html>")
        if run_id not in self.api.runs:
            return self.answer(404, {"code": "RUN_NOT_FOUND", "message": "no such run"})
        special = self.api.answers.popleft() if self.api.answers else {}
        return self.answer(200, {**self.api.runs[run_id], **self.api.patch, **special})

    def one_file(self, name: str) -> None:
        if name in self.api.expired_once:
            self.api.expired_once.discard(name)
            return self.answer(403, b"expired")
        if name not in self.api.files:
            return self.answer(500, b"broken storage")
        return self.answer(200, self.api.files[name])


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A connection that a test has reset is no error of the server."""


def serve(api: ScriptedApi) -> tuple[Server, threading.Thread]:
    """Start the API on a free port of this machine."""
    handler = type("BoundHandler", (Handler,), {"api": api})
    server = Server(("127.0.0.1", 0), handler)
    api.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    return server, thread

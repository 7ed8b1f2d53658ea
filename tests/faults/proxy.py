"""A proxy that breaks connections on purpose, between Plantain and the sandbox.

Each request takes one `Fault` from those planned for it; without one it passes. A connection
carries one request, so a fault is always about the request it was planned for. Requests that are
not yet where they lead are counted: a test with a set clock may wait until all have landed.
"""

import asyncio
import math
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)
PIECE = 65_536
FORGOTTEN_HEADERS = (b"idempotency-key:", b"connection:")
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\nConnection: close\r\n\r\noops\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request; `at` is a byte of the request or the answer.

    latency      everything passes, `seconds` later
    slow accept  the caller is cut off at once, the request lands `seconds` later
    cut request  `at` bytes of the request arrive, then both sides are reset
    reset        `at` bytes of the answer arrive, then the connection is reset
    half close   `at` bytes of the answer arrive, then it ends as if it were whole
    black hole   nothing arrives anywhere, and the caller is kept waiting
    swallow      the request arrives; of the answer `at` bytes, and then nothing more, for ever
    twice        the request arrives twice
    bad gateway  the request arrives, and the answer is a 502
    drip         the answer arrives in pieces of `at` bytes, `seconds` apart
    """

    kind: str
    at: int = 0
    seconds: float = 0.0


@dataclass
class FaultProxy:
    """A context manager; `base_url` leads through it to `upstream`.

    With `forgets_keys`, no idempotency key arrives: the API then takes every request as a new one.
    What has been on its way for longer than `lands_within_s` never arrives.
    """

    upstream: str
    forgets_keys: bool = False
    latency: Callable[[], float] = lambda: 0.0
    lands_within_s: float = math.inf
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    _landing: int = 0

    def __enter__(self) -> Self:
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,))
        self._thread.start()
        self.base_url = f"http://127.0.0.1:{ready.result(10)}"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def plan(self, what: str, *faults: Fault) -> None:
        """The next requests whose first line contains `what` meet these faults, one each."""
        self.faults.setdefault(what, deque()).extend(faults)

    def clear(self) -> None:
        """No more faults."""
        self.faults.clear()

    def wait_until_landed(self) -> None:
        """Wait until no request is on its way to the API any more."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._landing, 30), "a request never landed"

    # -- the loop --------------------------------------------------------------------------------

    def _run(self, ready: "Future[int]") -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: "Future[int]") -> None:
        self._ended = asyncio.Event()
        self._callers: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, limit=2**24)
        ready.set_result(server.sockets[0].getsockname()[1])
        await self._ended.wait()
        server.close()
        for task in self._callers:
            task.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)

    async def _converse(self, caller: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._callers.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._pass(await self._request(caller), back)
        except asyncio.CancelledError:
            pass  # the proxy ends
        finally:
            self._callers.discard(task)
            back.close()

    async def _request(self, caller: asyncio.StreamReader) -> bytes:
        head = await caller.readuntil(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        length = next((int(x[15:]) for x in lines if x.lower().startswith(b"content-length:")), 0)
        body = await caller.readexactly(length)
        dropped = FORGOTTEN_HEADERS if self.forgets_keys else FORGOTTEN_HEADERS[1:]
        kept = [line for line in lines[:-2] if not line.lower().startswith(dropped)]
        return b"\r\n".join([*kept, b"Connection: close", b"", body])

    def _fault_for(self, request: bytes) -> Fault:
        line = request.split(b"\r\n", 1)[0].decode("latin-1")
        self.seen.append(line)
        for what, faults in self.faults.items():
            if what in line and faults:
                return faults.popleft()
        return Fault("latency", seconds=self.latency())

    async def _pass(self, request: bytes, back: asyncio.StreamWriter) -> None:
        fault = self._fault_for(request)
        match fault.kind:
            case "black hole":
                await self._ended.wait()
            case "cut request":
                await self._land(request[: fault.at], cut=True)
                reset(back)
            case "slow accept":
                reset(back)
                await self._land(request, after_s=fault.seconds)
            case "latency":
                back.write(await self._land(request, after_s=fault.seconds))
                await back.drain()
            case _:
                await self._answer(fault, request, back)

    async def _answer(self, fault: Fault, request: bytes, back: asyncio.StreamWriter) -> None:
        answer = await self._land(request)
        match fault.kind:
            case "twice":
                answer = await self._land(request)
            case "bad gateway":
                answer = BAD_GATEWAY
            case "drip":
                return await self._drip(fault, answer, back)
        back.write(
            answer[: fault.at] if fault.kind in ("reset", "half close", "swallow") else answer
        )
        await back.drain()
        if fault.kind == "reset":
            await asyncio.sleep(0.02)  # what was written should arrive before the reset does
            reset(back)
        if fault.kind == "swallow":
            await self._ended.wait()
        return None

    async def _drip(self, fault: Fault, answer: bytes, back: asyncio.StreamWriter) -> None:
        for begin in range(0, len(answer), fault.at):
            back.write(answer[begin : begin + fault.at])
            await back.drain()
            await asyncio.sleep(fault.seconds)

    async def _land(self, request: bytes, *, after_s: float = 0.0, cut: bool = False) -> bytes:
        """Bring a request to the API and return its whole answer."""
        self._count(+1)
        begun = self._loop.time()
        try:
            await asyncio.sleep(after_s)
            if self._loop.time() - begun > self.lands_within_s:
                raise ConnectionResetError
            to = urlsplit(self.upstream)
            answer, out = await asyncio.open_connection(to.hostname, to.port, limit=2**24)
            out.write(request)
            await out.drain()
            if cut:
                reset(out)
            received = await answer.read(-1) if not cut else b""
            out.close()
            return received
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._landing += change
            self._changed.notify_all()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close at once, with an RST instead of an end."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()

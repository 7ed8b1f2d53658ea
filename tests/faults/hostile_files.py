"""A storage that wishes us ill, on a real socket: what it sends for each name."""

import gzip
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image

ENDLESS_PIECE = b"x" * 65_536
SIXTEENTHS = range(16)


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer: `length` is what it announces (None: chunks), `endless` goes on until cut off."""

    body: bytes = b""
    status: int = 200
    length: int | None = -1
    headers: dict[str, str] = field(default_factory=dict)
    endless: bool = False
    only_once: bool = False


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    file = BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(file, kind)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """A small PNG of `side` x `side` black pixels."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(1 + side)) for _ in range(side)) + rows.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A PNG whose hidden text unpacks to 200 MB."""
    pack = zlib.compressobj(9)
    text = b"".join(pack.compress(bytes(2**20)) for _ in range(200)) + pack.flush()
    whole = picture()
    return whole[:33] + chunk(b"zTXt", b"Comment\0\0" + text) + whole[33:]


def hostile_files() -> dict[str, Sent]:
    """By name. Those of `whole …` are fit to be shown, all others are not."""
    whole = picture()
    cut = {f"cut short at {n}-16": Sent(whole[: len(whole) * n // 16]) for n in SIXTEENTHS}
    broken = {
        f"broken off at {n}-16": Sent(whole[: len(whole) * n // 16], length=len(whole))
        for n in SIXTEENTHS
    }
    return (
        cut
        | broken
        | {
            "whole": Sent(whole),
            "whole jpeg called png": Sent(picture("JPEG"), headers={"Content-Type": "image/png"}),
            "whole, called a web page": Sent(whole, headers={"Content-Type": "text/html"}),
            "whole, after it had expired": Sent(whole, status=403, only_once=True),
            "announced too short": Sent(whole, length=len(whole) - 9),
            "announced too long": Sent(whole, length=len(whole) + 9),
            "announced beyond all measure": Sent(whole, length=10**12),
            "html": Sent(
                b"<html><script>alert(1)</script></html>", headers={"Content-Type": "image/png"}
            ),
            "svg": Sent(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            "pdf": Sent(b"%PDF-1.7\n" + bytes(900)),
            "gif": Sent(picture("GIF")),
            "program": Sent(b"\x7fELF" + bytes(900)),
            "bomb of 13000": Sent(bomb(13_000)),
            "bomb of 9000": Sent(bomb(9_000)),
            "bomb in a text": Sent(text_bomb()),
            "bomb in gzip": Sent(gzip.compress(bytes(2**26)), headers={"Content-Encoding": "gzip"}),
            "endless": Sent(endless=True, length=None),
            "endless after a picture": Sent(whole, endless=True, length=None),
            "nothing": Sent(b""),
            "expired for ever": Sent(b"expired", status=403),
            "an error": Sent(b"oops", status=500),
        }
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: dict[str, Sent]
    used: set[str]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        name = self.path.strip("/").replace("%20", " ")
        sent = self.files[name]
        again = sent.only_once and name in self.used
        self.used.add(name)
        self.send_response(200 if again else sent.status)
        for key, value in sent.headers.items():
            self.send_header(key, value)
        if sent.length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header(
                "Content-Length", str(len(sent.body) if sent.length < 0 else sent.length)
            )
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):
            self._body(sent)

    def _body(self, sent: Sent) -> None:
        if sent.length is not None:
            self.wfile.write(sent.body)
            return
        pieces = [sent.body] if sent.body else []
        while sent.endless:
            piece = pieces.pop() if pieces else ENDLESS_PIECE
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A caller that hangs up on us is what we are here for."""


@contextmanager
def storage(files: dict[str, Sent]) -> Iterator[str]:
    """Serve the files on this machine; gives the address."""
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"files": files, "used": set()}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()

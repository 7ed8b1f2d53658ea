"""The last requests as they came in, for tests that compare them word for word."""

import base64
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KEPT = 1000
KEPT_BYTES = 32 * 1024 * 1024
BODY_CAP = 256 * 1024


@dataclass(slots=True)
class Recorder:
    """The newest `KEPT` requests, oldest first, of `KEPT_BYTES` in all. Keys are never kept."""

    _requests: deque[dict[str, Any]] = field(default_factory=deque)
    _bytes: int = 0

    def add(
        self, at: str, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> None:
        kept = [[name, value] for name, value in headers if name.lower() != "authorization"]
        entry = {"at": at, "method": method, "path": target, "headers": kept, **_spell(body)}
        self._requests.append(entry)
        self._bytes += len(entry["body"])
        while len(self._requests) > KEPT or self._bytes > KEPT_BYTES:
            self._bytes -= len(self._requests.popleft()["body"])

    def newest(self, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """Those of one method and of one path (without query), where given."""
        return [
            entry
            for entry in self._requests
            if method in (None, entry["method"]) and path in (None, entry["path"].partition("?")[0])
        ]


def _spell(body: bytes) -> dict[str, Any]:
    """The body as text, or as base64 where it is none; `cut` tells that it was too long to keep."""
    kept = body[:BODY_CAP]
    cut = len(body) > BODY_CAP
    try:
        return {"body": kept.decode(), "encoding": "utf-8", "size": len(body), "cut": cut}
    except UnicodeDecodeError:
        text = base64.b64encode(kept).decode()
        return {"body": text, "encoding": "base64", "size": len(body), "cut": cut}

"""One attempt to deliver a callback, over HTTP."""

import asyncio
import importlib
import time
from dataclasses import dataclass
from typing import Any

TIMEOUT = 10.0
"""Seconds until an attempt without an answer counts as a network error."""
_BODY_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went; `status` is None when there was no answer."""

    status: int | None
    body: str | None
    error: str | None
    milliseconds: int

    @property
    def was_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_worth_repeating(self) -> bool:
        return self.status is None or self.status >= 500


class CallbackClient:
    """An HTTP client whose library is imported with the first callback, not at the start."""

    def __init__(self) -> None:
        self._client: Any = None

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> Outcome:
        httpx = await asyncio.to_thread(importlib.import_module, "httpx")
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await self._client.post(url, content=content, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            spent = round((time.monotonic() - begun) * 1000)
            return Outcome(None, None, f"{type(error).__name__}: {error}", spent)
        spent = round((time.monotonic() - begun) * 1000)
        return Outcome(answer.status_code, answer.text[:_BODY_KEPT], None, spent)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

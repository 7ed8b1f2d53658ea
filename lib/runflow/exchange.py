"""One request and its answer, and the one question that decides about money: did it leave?"""

from contextlib import closing
from dataclasses import dataclass

import httpx

from lib.domain.clock import Clock
from lib.domain.errors import AnswerLost, ApiUnreachable, NeverSent
from lib.runflow.key_auth import KeyAuth

LARGEST_ANSWER = 256 * 1024 * 1024
"""Four pictures of 4K as data URIs are about half of this."""

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)
"""Raised before the first byte of a request is written. Nothing else is certain to be: a kept
connection that the server has just closed fails on reading, after the request went out."""

ANYTHING_ELSE = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of the API, with the key taken out of it, and the two headers that count."""

    status: int
    content: bytes
    retry_after: str | None = None
    date: str | None = None


def exchange(
    http: httpx.Client,
    request: httpx.Request,
    *,
    auth: KeyAuth | None,
    clock: Clock,
    read_within_s: float,
) -> Answer:
    """Send `request` once and read its whole answer, whatever its status.

    Raises NeverSent only when no byte of the request can have left, else AnswerLost.
    """
    if http.is_closed:
        raise NeverSent("Nothing was sent: this client is closed.")
    status = None
    lost: ApiUnreachable
    try:
        response = http.send(request, auth=auth, stream=True, follow_redirects=False)
        status = response.status_code
        with closing(response):
            content = _read(response, clock, clock.monotonic_s() + read_within_s)
        return _answer(response, content, auth)
    except NEVER_SENT as error:
        lost = NeverSent(f"{request.url.host} could not be reached: {_reason(error)}.")
    except ANYTHING_ELSE as error:
        lost = AnswerLost(
            f"The answer of {request.url.host} was lost: {_reason(error)}.", http_status=status
        )
    # Raised out here so that it carries no trace of the frames beneath: they hold the key.
    raise lost


def _read(response: httpx.Response, clock: Clock, deadline_s: float) -> bytes:
    """The body, however slowly it drips: a read timeout alone is renewed by every byte."""
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise httpx.ReadError("it is too large")
        if clock.monotonic_s() > deadline_s:
            raise httpx.ReadTimeout("it took too long")
    return bytes(content)


def _answer(response: httpx.Response, content: bytes, auth: KeyAuth | None) -> Answer:
    return Answer(
        status=response.status_code,
        content=auth.hide_in(content) if auth else content,
        retry_after=response.headers.get("Retry-After"),
        date=response.headers.get("Date"),
    )


def _reason(error: Exception) -> str:
    return f"{error} ({type(error).__name__})" if str(error) else type(error).__name__

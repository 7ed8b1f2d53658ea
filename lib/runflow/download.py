"""
Fetch what a run gave back: from the public internet only, whole, and without the key.

* ApiError
  + DownloadExpired        400, 401, 403, 404, 410: ask the API for the run again, for a fresh URL
  + DownloadBlocked        the URL leads where nothing may be fetched: never try it again
  + DownloadBroken         what came is no file: empty, too large, encoded in an unknown way
    + DownloadCutOff       it ended too early, also when tried again
  * ApiUnreachable         no answer, or one that tells nothing: try again later
    + StorageBusy          429, 503: `retry_after_s` says when, if the storage said so

The caps (3 redirects, 64 MB, 120 s) are far above an honest picture: the largest has about 30 MB.
"""

import ssl
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property

import httpcore
import httpx

from lib.domain.clock import Clock, SystemClock
from lib.domain.errors import AnswerLost, ApiError, NeverSent
from lib.runflow import retry
from lib.runflow.base_url import checked_base_url, is_loopback, origin
from lib.runflow.data_uri import is_data_uri, read_data_uri
from lib.runflow.guarded_network import (
    HTTPS_PORT,
    AddressRefused,
    GuardedNetwork,
    Place,
    Resolve,
    look_up,
)
from lib.runflow.retry import PATIENT, Patience
from lib.runflow.retry_after import retry_after_s
from lib.runflow.user_agent import USER_AGENT

LARGEST_BYTES = 64 * 1024 * 1024
WITHIN_S = 120.0
MOST_REDIRECTS = 3
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0

REDIRECTS = frozenset({301, 302, 303, 307, 308})
EXPIRED = frozenset({400, 401, 403, 404, 410})
"""Storages disagree about an expired signature: 403 at S3 and Azure, 400 at Google."""
BUSY = frozenset({429, 503})
NEVER_SENT = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)
FAILED = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)

HEADERS = (("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
"""`identity`, since a small compressed body can unpack to more than there is memory."""


class DownloadExpired(ApiError):
    """The URL is no longer good, though the run may still be: ask the API for it again."""


class DownloadBlocked(ApiError):
    """The URL leads where nothing may be fetched from."""


class DownloadBroken(ApiError):
    """What came is not a whole file."""


class DownloadCutOff(DownloadBroken):
    """The file ended before its end."""


class StorageBusy(AnswerLost):
    """The storage asks to come later; `retry_after_s` says when, if it said so."""

    def __init__(self, message: str, *, http_status: int, retry_after_s: float | None) -> None:
        super().__init__(message, http_status=http_status)
        self.retry_after_s = retry_after_s


class Downloads:
    """Fetches output URLs; may be used from many threads.

    https at port 443 of public addresses only; when the API itself is on this machine, as the
    sandbox is, also its own host and port. `resolve` and `network` stand in for the real ones.
    """

    def __init__(
        self,
        *,
        api_base_url: str,
        clock: Clock | None = None,
        resolve: Resolve = look_up,
        network: httpcore.NetworkBackend | None = None,
        within_s: float = WITHIN_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        largest_bytes: int = LARGEST_BYTES,
    ) -> None:
        self._own_place = _own_place(api_base_url)
        self._clock = clock or SystemClock()
        self._resolve = resolve
        self._network = network
        self._within_s = within_s
        self._read_timeout_s = read_timeout_s
        self._largest_bytes = largest_bytes

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        """Made at the first use, since it takes its time and a sandbox needs none."""
        return httpx.create_ssl_context(trust_env=False)

    def fetch(self, url: str, *, patience: Patience = PATIENT) -> bytes:
        """The bytes behind an https URL or within a data URI. Raises a leaf of the tree above."""
        if is_data_uri(url):
            return self._read_data_uri(url)
        within_s = min(self._within_s, patience.within_s or self._within_s)
        deadline_s = self._clock.monotonic_s() + within_s

        def ask() -> bytes:
            try_ends_s = self._clock.monotonic_s() + (patience.timeout_s or within_s)
            return self._fetch(url, min(deadline_s, try_ends_s))

        return retry.call(
            ask,
            replace(patience, within_s=within_s),
            on=(*retry.WORTH_ANOTHER_TRY, DownloadCutOff),
        )

    def _read_data_uri(self, uri: str) -> bytes:
        try:
            content = read_data_uri(uri, largest_bytes=self._largest_bytes)
        except ValueError as error:
            raise DownloadBroken(f"The picture cannot be read: {error}.") from error
        return _not_empty(content)

    def _fetch(self, url: str, deadline_s: float) -> bytes:
        address = self._allowed(url)
        try:
            with self._pool(deadline_s) as pool:
                for _ in range(1 + MOST_REDIRECTS):
                    with self._asking(pool, address) as response:
                        if response.status not in REDIRECTS:
                            return self._content(response, address.host)
                        address = self._allowed(_location(response, address))
        except AddressRefused as error:
            raise DownloadBlocked(f"Nothing is fetched from there: {error}.") from error
        except NEVER_SENT as error:
            raise NeverSent(f"{address.host} could not be reached: {error}.") from error
        except FAILED as error:
            raise AnswerLost(f"{address.host} did not answer: {error}.") from error
        raise DownloadBlocked(f"{address.host} redirects more than {MOST_REDIRECTS} times.")

    def _pool(self, deadline_s: float) -> httpcore.ConnectionPool:
        """Its own for each download, since it ends at the download's deadline."""
        network = GuardedNetwork(
            own_place=self._own_place,
            deadline_s=deadline_s,
            clock=self._clock,
            resolve=self._resolve,
            beneath=self._network,
        )
        return httpcore.ConnectionPool(ssl_context=self._ssl_context, network_backend=network)

    def _allowed(self, url: str | httpx.URL) -> httpx.URL:
        """`url` parsed. DownloadBlocked for what its text alone forbids; the network checks more."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise DownloadBlocked("Nothing is fetched from there: it is no address.") from error
        if address.userinfo:
            raise DownloadBlocked("Nothing is fetched from there: the URL names a user.")
        _scheme, host, port = origin(address)
        is_own = address.scheme in ("http", "https") and (host, port) == self._own_place
        if not is_own and (address.scheme != "https" or port != HTTPS_PORT or not host):
            raise DownloadBlocked("Nothing is fetched from there: it is not https at port 443.")
        return address

    def _asking(
        self, pool: httpcore.ConnectionPool, address: httpx.URL
    ) -> AbstractContextManager[httpcore.Response]:
        timeout = {
            "connect": CONNECT_TIMEOUT_S,
            "pool": CONNECT_TIMEOUT_S,
            "read": self._read_timeout_s,
            "write": self._read_timeout_s,
        }
        url = httpcore.URL(
            scheme=address.raw_scheme,
            host=address.raw_host,
            port=address.port,
            target=address.raw_path,
        )
        return pool.stream("GET", url, headers=HEADERS, extensions={"timeout": timeout})

    def _content(self, response: httpcore.Response, host: str) -> bytes:
        if response.status != 200:
            raise self._refusal(response, host)
        if _header(response, b"content-encoding").lower() not in ("", "identity"):
            raise DownloadBroken(f"{host} sent the file in an encoding nobody asked for.")
        announced = _header(response, b"content-length")
        if announced.isdecimal() and int(announced) > self._largest_bytes:
            raise DownloadBroken(f"The file at {host} is too large: {announced} bytes.")
        return _not_empty(self._read(response, host))

    def _read(self, response: httpcore.Response, host: str) -> bytes:
        """The body; httpcore itself raises when fewer bytes come than Content-Length announced."""
        content = bytearray()
        try:
            for chunk in response.iter_stream():
                content += chunk
                if len(content) > self._largest_bytes:
                    raise DownloadBroken(f"The file at {host} is too large.")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise DownloadCutOff(f"{host} broke off after {len(content)} bytes.") from error
        return bytes(content)

    def _refusal(self, response: httpcore.Response, host: str) -> ApiError:
        status = response.status
        if status in EXPIRED:
            return DownloadExpired(f"{host} no longer gives the file (HTTP {status}).")
        message = f"{host} answered with HTTP {status}."
        if status not in BUSY:
            return AnswerLost(message, http_status=status)
        wait_s = retry_after_s(
            _header(response, b"retry-after"),
            said_at=_header(response, b"date"),
            now_ms=self._clock.now_ms(),
        )
        return StorageBusy(message, http_status=status, retry_after_s=wait_s)


def _own_place(api_base_url: str) -> Place | None:
    """Host and port of an API on this machine."""
    _scheme, host, port = origin(checked_base_url(api_base_url))
    return (host, port) if is_loopback(host) else None


def _location(response: httpcore.Response, address: httpx.URL) -> httpx.URL:
    location = _header(response, b"location")
    if not location:
        raise AnswerLost(f"{address.host} redirects to nowhere.", http_status=response.status)
    try:
        return address.join(location)
    except httpx.InvalidURL as error:
        raise DownloadBlocked(f"{address.host} redirects to what is no address.") from error


def _header(response: httpcore.Response, name: bytes) -> str:
    """The first header of that name, "" without one."""
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").decode("latin-1").strip()


def _not_empty(content: bytes) -> bytes:
    if not content:
        raise DownloadBroken("The file is empty.")
    return content

"""A network that leads outside only: each name is looked up once, checked, and connected as checked.

Since the connection is made to the very address that was checked, a name that changes its address
between the check and the connection (DNS rebinding) gains nothing. TLS still checks the name.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from lib.domain.clock import Clock
from lib.runflow.base_url import is_loopback
from lib.runflow.public_address import is_public

HTTPS_PORT = 443

Place = tuple[str, int]
"""A host name and a port."""
Resolve = Callable[[str, int], Sequence[str]]
"""Looks a host name up: its addresses, the best first. OSError when there are none."""


class AddressRefused(Exception):
    """A place is not on the public internet, or not where https is spoken."""


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the machine's resolver."""
    found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to public addresses at port 443, and to `own_place` if that is on this machine.

    Everything that goes over it ends at `deadline_s` of the clock, however slowly it drips.
    """

    def __init__(
        self,
        *,
        own_place: Place | None,
        deadline_s: float,
        clock: Clock,
        resolve: Resolve = look_up,
        beneath: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._own_place = own_place
        self._deadline_s = deadline_s
        self._clock = clock
        self._resolve = resolve
        self._beneath = beneath or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers. AddressRefused if any of them is not allowed."""
        failure = httpcore.ConnectError(f"{host} has no address")
        for address in self._checked_addresses(host, port):
            try:
                stream = self._beneath.connect_tcp(
                    address, port, self._time_left(timeout), local_address, socket_options
                )
                return _StreamUntil(stream, self._time_left)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise AddressRefused("a socket of this machine is not on the public internet")

    def _checked_addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} was not found") from error
        is_own = (host, port) == self._own_place
        if not is_own and port != HTTPS_PORT:
            raise AddressRefused(f"port {port} is not {HTTPS_PORT}")
        if not all(map(is_loopback if is_own else is_public, addresses)):
            raise AddressRefused(f"{host} is not on the public internet")
        return addresses

    def _time_left(self, timeout: float | None) -> float:
        left = self._deadline_s - self._clock.monotonic_s()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return left if timeout is None else min(left, timeout)


class _StreamUntil(httpcore.NetworkStream):
    """A stream whose every step must begin and end before the deadline."""

    def __init__(
        self,
        stream: httpcore.NetworkStream,
        time_left: Callable[[float | None], float],
    ) -> None:
        self._stream = stream
        self._time_left = time_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._time_left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._time_left(timeout))
        return _StreamUntil(secured, self._time_left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

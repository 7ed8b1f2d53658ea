"""Put the API key on a request at the last moment, and take it out of whatever comes back."""

from collections.abc import Generator

import httpx

from lib.runflow.base_url import origin
from lib.runflow.secret import Secret

HIDDEN = "[key]"
SHORTEST_THAT_IS_HIDDEN = 12
"""A shorter key, as a sandbox may have, could be any word of a prompt."""


class KeyAuth(httpx.Auth):
    """Sends the key to the API's own address and nowhere else."""

    def __init__(self, key: Secret, base_url: httpx.URL) -> None:
        """Raises ValueError for a key that no header can carry; the message does not show it."""
        if not key or not all("!" <= character <= "~" for character in key.reveal()):
            raise ValueError("the API key is empty or has characters that no key has: copy it anew")
        self._key = key
        self._origin = origin(base_url)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request

    def hide_in(self, content: bytes) -> bytes:
        """`content` without the key, which an API may repeat in what it says."""
        key = self._key.reveal().encode()
        if len(key) < SHORTEST_THAT_IS_HIDDEN:
            return content
        return content.replace(key, HIDDEN.encode())

"""Signed links: they work for everybody who has them, until they expire."""

import hashlib
import hmac

from starlette.datastructures import QueryParams

from lib.sandbox.clock import SECOND
from lib.sandbox.errors import denied


def signed(base_url: str, path: str, key: bytes, expires_at: int) -> str:
    """A link to a path below the base URL; `expires_at` in microseconds."""
    expires = -(-expires_at // SECOND)
    return f"{base_url}{path}?expires={expires}&signature={_signature(path, key, expires)}"


def check(path: str, query: QueryParams, key: bytes, now: int) -> None:
    """Raises 403 when the link to this path is not ours, or has expired."""
    expires = query.get("expires", "")
    number = int(expires) if expires.isascii() and expires.isdigit() and len(expires) < 16 else 0
    given = query.get("signature", "").encode()
    if not hmac.compare_digest(given, _signature(path, key, number).encode()):
        raise denied("The link's signature is wrong.")
    if now >= number * SECOND:
        raise denied("The link has expired: read the run or asset again for a fresh one.")


def _signature(path: str, key: bytes, expires: int) -> str:
    return hmac.new(key, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()

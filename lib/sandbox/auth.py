"""Who is calling: bearer keys and the organization header."""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from lib.sandbox.errors import Refusal, denied

_KEY = re.compile(r"rf_(live|svc)_[a-z0-9_]+")
_REVOKED = ("rf_live_revoked", "rf_svc_revoked")

UNAUTHORIZED = "Missing or invalid API key: send 'Authorization: Bearer rf_live_...'."


@dataclass(frozen=True, slots=True)
class Caller:
    """The owner of a good key; service keys (`rf_svc_...`) may use the admin routes."""

    is_admin: bool


def caller(headers: Headers, org_id: str) -> Caller:
    """The caller behind the headers; raises a 401 or 403 refusal."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    match = _KEY.fullmatch(key.strip())
    if scheme.lower() != "bearer" or match is None or match[0] in _REVOKED:
        raise Refusal(401, "UNAUTHORIZED", UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    if headers.get("x-organization-id", org_id) != org_id:
        raise Refusal(
            403,
            "ORGANIZATION_MEMBERSHIP_REQUIRED",
            "The key does not belong to the organization named in X-Organization-Id.",
        )
    return Caller(is_admin=match[1] == "svc")


def require_admin(who: Caller) -> None:
    """Raises 403 unless the key is a service key."""
    if not who.is_admin:
        raise denied("This needs a service key (rf_svc_...) with the admin scope.")

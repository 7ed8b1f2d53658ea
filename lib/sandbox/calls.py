"""One request to the API as its endpoints see it, and the answer they give."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, QueryParams

from lib.sandbox.auth import Caller
from lib.sandbox.errors import bad_request, field_error, invalid
from lib.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose key is good and whose body has been read."""

    world: World
    caller: Caller
    path: Mapping[str, Any]
    query: QueryParams
    headers: Headers
    body: bytes
    base_url: str
    now: int
    """When it came in, in microseconds."""
    prepared: Any = None
    """What had to be awaited before the transaction, for the few that need it."""

    def json_object(self, *, optional: bool = False) -> dict[str, Any]:
        """The body as a JSON object; raises 400 when unreadable, 422 when no object."""
        if optional and not self.body.strip():
            return {}
        if "json" not in self.headers.get("content-type", "").lower():
            raise bad_request("Send the body as JSON, with 'Content-Type: application/json'.")
        value = parse_json(self.body)
        if not isinstance(value, dict):
            raise invalid([field_error(["body"], "Input should be an object", "dict_type")])
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided, and, for the scenarios of trouble, what the caller gets to see of it."""

    status: int
    body: Any = None
    """JSON; None for an empty answer (204)."""
    drop: bool = False
    """Close the connection instead of answering."""
    hold_seconds: float = 0.0
    """Wait so long before answering."""
    sent_instead: tuple[int, bytes] | None = None
    """A status and raw bytes that go out in place of the real answer."""


def parse_json(body: bytes) -> Any:
    """A JSON value that can be written again as UTF-8 JSON; raises 400 for anything else."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise bad_request(f"The body is not valid JSON: {error}") from error
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")

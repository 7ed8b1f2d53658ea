"""The API's spelling of callbacks and of the secrets that sign them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.callback import Callback
from lib.runflow.lenient_json import UnusableAnswer, json_object, read_json, text, whole
from lib.runflow.secret import Secret

DEEPEST = 64
LONGEST_WORD = 255
"""Of an id, an event or a status. No honest one is longer."""
TEXT_OR_BRACKET = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A whole text of JSON (its brackets do not count), or a bracket. Reads each byte once."""


@dataclass(frozen=True, slots=True)
class CallbackSecret:
    """A secret that signs callbacks. `plain_secret` is told only when it is made."""

    id: str
    is_current: bool
    plain_secret: Secret | None = None


def parse_callback(body: bytes) -> Callback:
    """Read a callback's body; a value of a wrong type is taken as absent.

    Raises UnusableAnswer when it is no JSON object in UTF-8, or nested too deep.
    """
    if not _is_utf8(body) or depth_of(body) > DEEPEST:
        raise UnusableAnswer("the callback is not JSON in UTF-8, or nested too deep")
    told = json_object(read_json(body))
    metadata = told.get("metadata")
    known = metadata if isinstance(metadata, Mapping) else {}
    return Callback(
        event=_word(told.get("event")),
        remote_id=_word(told.get("run_id")),
        status=_word(told.get("status")),
        client_ref=_word(known.get("client_ref")),
        duration_ms=whole(told.get("duration_ms")),
        created_at=_word(told.get("created_at")),
        completed_at=_word(told.get("completed_at")),
        metadata=known,
    )


def parse_callback_secret(body: Any) -> CallbackSecret:
    """Read a signing secret. Raises UnusableAnswer when it has no id."""
    told = json_object(body)
    secret_id, plain = text(told.get("id")), text(told.get("plain_secret"))
    if secret_id is None:
        raise UnusableAnswer("the secret has no id")
    return CallbackSecret(
        secret_id, told.get("is_current") is True, Secret(plain) if plain else None
    )


def depth_of(body: bytes) -> int:
    """How deep the brackets of a JSON text are nested, found without building anything."""
    deepest = depth = 0
    for token in TEXT_OR_BRACKET.finditer(body):
        match token[0]:
            case b"[" | b"{":
                depth += 1
                deepest = max(deepest, depth)
            case b"]" | b"}":
                depth -= 1
    return deepest


def _is_utf8(body: bytes) -> bool:
    """Whether it can be nothing but UTF-8: UTF-16 and UTF-32 hold NULs, which JSON never does."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in body


def _word(value: Any) -> str | None:
    found = text(value)
    return found if found and len(found) <= LONGEST_WORD else None

"""A callback: the API's POST to us when a run has ended. Who may send one, and what it says.

The signature is hex HMAC-SHA256 of the raw body (the vendor's page names the header
`Runflow-Signature`); the key is the secret's text as it is, `whsec_` included. It holds no time, so
an old callback cannot be told from a new one: a callback must be harmless however often it comes.
That is why it only says "look", and the API's run is the truth.

The address of a callback carries a token of its own run: `<run id>.<mac>`, the mac made with a
secret of this installation. It tells which run is meant before the API's own id is known, and
stands in for the signature where there is no signing secret.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SIGNATURE = re.compile("[0-9a-f]{64}")
MAC_LENGTH = 32
"""Hexadecimal digits of a token's mac: 128 bits, which nobody guesses."""


class Proof(StrEnum):
    """By what a callback was known to be genuine."""

    CURRENT_SECRET = "current secret"
    PREVIOUS_SECRET = "previous secret"
    TOKEN = "token"


class Reason(StrEnum):
    """Why a callback was refused."""

    NO_SIGNATURE = "no signature"
    SEVERAL_SIGNATURES = "more than one signature"
    MALFORMED_SIGNATURE = "malformed signature"
    WRONG_SIGNATURE = "wrong signature"
    WRONG_ADDRESS = "wrong address"
    ENCODED = "encoded body"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    BROKEN_OFF = "broken off"
    UNUSABLE = "not a callback's JSON"


class CallbackRefused(Exception):
    """A callback is not taken, for `reason`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """The secrets that may sign callbacks: two while one takes over from the other."""

    current: str | None = field(default=None, repr=False)
    previous: str | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.current or self.previous)


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback says. Events and statuses we do not know stay as they are.

    `remote_id` is the API's id of the run, `client_ref` ours as it came back in the metadata. The
    output is left out: it is taken from the run itself.
    """

    event: str | None = None
    remote_id: str | None = None
    status: str | None = None
    client_ref: str | None = None
    duration_ms: int | None = None
    created_at: str | None = None
    completed_at: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """A callback as it is kept. `run_id` is ours, as far as it is known; `received_at` ms UTC."""

    sha256: str
    received_at: int
    proof: Proof
    run_id: str | None = None
    remote_id: str | None = None
    event: str | None = None
    status: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A callback that was refused at `at` (ms UTC), and how its body began."""

    at: int
    reason: str
    request_id: str | None
    excerpt: bytes


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often callbacks were refused for a reason, and when last (ms UTC)."""

    reason: str
    times: int
    last_at: int


def signature_of(body: bytes, secret: str) -> str:
    """The signature that `secret` gives to a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def prove_by_signature(signatures: Sequence[str], body: bytes, secrets: SigningSecrets) -> Proof:
    """Which secret signed `body`. `signatures` are the values of all such headers.

    Raises CallbackRefused unless there is exactly one and it is right. Takes the same time whether
    the current secret fits or not.
    """
    if not signatures:
        raise CallbackRefused(Reason.NO_SIGNATURE)
    if len(signatures) > 1:
        raise CallbackRefused(Reason.SEVERAL_SIGNATURES)
    (signature,) = signatures
    if not SIGNATURE.fullmatch(signature):
        raise CallbackRefused(Reason.MALFORMED_SIGNATURE)
    by_current = _has_signed(secrets.current, body, signature)
    by_previous = _has_signed(secrets.previous, body, signature)
    if by_current:
        return Proof.CURRENT_SECRET
    if by_previous:
        return Proof.PREVIOUS_SECRET
    raise CallbackRefused(Reason.WRONG_SIGNATURE)


def _has_signed(secret: str | None, body: bytes, signature: str) -> bool:
    return bool(secret) and hmac.compare_digest(signature_of(body, secret or ""), signature)


def token_of(run_id: str, installation_secret: str) -> str:
    """The token of a run's callback address."""
    return f"{run_id}.{_mac(run_id, installation_secret)}"


def run_of(token: str, installation_secret: str) -> str | None:
    """The run that a token was made for; None when this installation did not make it."""
    run_id, _, mac = token.rpartition(".")
    expected = _mac(run_id, installation_secret)
    is_ours = hmac.compare_digest(mac.encode(errors="replace"), expected.encode())
    return run_id if is_ours and run_id else None


def _mac(run_id: str, installation_secret: str) -> str:
    text = run_id.encode(errors="replace")
    return hmac.new(installation_secret.encode(), text, hashlib.sha256).hexdigest()[:MAC_LENGTH]

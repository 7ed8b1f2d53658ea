"""Who may send a callback: one right signature over the very bytes, or the token of its run."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.callback import (
    CallbackRefused,
    Proof,
    Reason,
    SigningSecrets,
    prove_by_signature,
    run_of,
    signature_of,
    token_of,
)

SECRET = "whsec_0123456789abcdef"
BODY = (
    '{"event":"run.completed","run_id":"019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01",'
    '"status":"succeeded","metadata":{"client_ref":"é"}}'
).encode()
VECTORS = [
    # RFC 4231, test case 2.
    (
        "Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    # By `openssl dgst -sha256 -hmac`: the prefix `whsec_` is part of the key.
    (SECRET, BODY, "2ecfd2c3a9cb32a685a6bdc141f1816c4735b4274bc8e8b15badc44cd4d0b0d5"),
    (SECRET, b"", "9101c81cbdec90388ec2e519bdded7537ccff107f273e34c0c01d86ce31dd5ae"),
]
SIGNED = signature_of(BODY, SECRET)


def hmac_by_hand(key: bytes, message: bytes) -> str:
    """RFC 2104, written out, so that the library is not compared with itself."""
    key = hashlib.sha256(key).digest() if len(key) > 64 else key
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()


def refusal(signatures: list[str], body: bytes = BODY, **secrets: str) -> Reason:
    with pytest.raises(CallbackRefused) as refused:
        prove_by_signature(signatures, body, SigningSecrets(**(secrets or {"current": SECRET})))
    return refused.value.reason


@pytest.mark.parametrize(("secret", "body", "signature"), VECTORS)
def test_known_answers(secret: str, body: bytes, signature: str):
    assert signature_of(body, secret) == signature
    assert prove_by_signature([signature], body, SigningSecrets(secret)) is Proof.CURRENT_SECRET


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100), st.binary())
def test_the_signature_is_the_hmac_of_the_standard(secret: str, body: bytes):
    assert signature_of(body, secret) == hmac_by_hand(secret.encode(), body)


def test_while_secrets_change_both_are_taken():
    secrets = SigningSecrets("whsec_new", SECRET)

    assert prove_by_signature([SIGNED], BODY, secrets) is Proof.PREVIOUS_SECRET
    new = signature_of(BODY, "whsec_new")
    assert prove_by_signature([new], BODY, secrets) is Proof.CURRENT_SECRET
    assert refusal([SIGNED], current="whsec_new") is Reason.WRONG_SIGNATURE


def test_only_a_previous_secret_is_enough_to_demand_a_signature():
    assert SigningSecrets(None, SECRET)
    assert prove_by_signature([SIGNED], BODY, SigningSecrets(None, SECRET)) is Proof.PREVIOUS_SECRET


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        SIGNED[:-1],
        SIGNED + "0",
        SIGNED.upper(),
        "g" * 64,
        f"sha256={SIGNED}",
        f"v1,{SIGNED}",
        f" {SIGNED}",
        f"{SIGNED}\n",
        f"{SIGNED},{SIGNED}",
        "é" * 64,
        "\uff10" * 64,
        "٠" * 64,
        "\x00" * 64,
    ],
)
def test_what_is_not_64_lowercase_hexadecimal_digits_is_malformed(signature: str):
    assert refusal([signature]) is Reason.MALFORMED_SIGNATURE


def test_exactly_one_signature_is_taken_even_if_all_are_right():
    assert refusal([]) is Reason.NO_SIGNATURE
    assert refusal([SIGNED, SIGNED]) is Reason.SEVERAL_SIGNATURES
    assert refusal(["0" * 64, SIGNED]) is Reason.SEVERAL_SIGNATURES


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_makes_the_signature_wrong(place: int, change: int):
    body = bytearray(BODY)
    body[place] ^= change

    assert refusal([SIGNED], bytes(body)) is Reason.WRONG_SIGNATURE


def test_an_empty_secret_signs_nothing():
    by_nothing = hmac_by_hand(b"", BODY)

    assert refusal([by_nothing], current="", previous=SECRET) is Reason.WRONG_SIGNATURE


def test_secrets_are_not_in_their_own_description():
    assert SECRET not in repr(SigningSecrets(SECRET, SECRET))


def test_a_token_names_its_run_and_was_made_here():
    token = token_of("019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01", "of this installation")

    assert run_of(token, "of this installation") == "019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01"
    assert run_of(token, "of another one") is None


@given(st.text(max_size=200))
def test_a_token_that_was_made_up_names_nothing(token: str):
    assert run_of(token, "of this installation") is None


@pytest.mark.parametrize("change", [str.upper, lambda token: token[:-1], lambda token: token + "0"])
def test_a_token_that_was_changed_names_nothing(change):
    token = token_of("01-run", "of this installation")

    assert run_of(change(token), "of this installation") is None
    assert run_of(change(token).replace("01", "02"), "of this installation") is None


def test_a_token_of_no_run_names_nothing():
    assert run_of(token_of("", "of this installation"), "of this installation") is None

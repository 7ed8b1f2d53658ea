"""Reading a callback: what is documented, what is not, and what nobody should send."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.runflow.lenient_json import UnusableAnswer
from lib.runflow.wire_callback import DEEPEST, depth_of, parse_callback, parse_callback_secret

DOCUMENTED = {
    "event": "run.completed",
    "run_id": "019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01",
    "status": "succeeded",
    "output": {"outputs": [{"url": "https://x.example/1.png", "type": "image"}]},
    "duration_ms": 14180,
    "created_at": "2026-11-23T06:58:45.820000+00:00",
    "completed_at": "2026-11-23T06:59:00+00:00",
    "metadata": {"source": "plantain", "client_ref": "01-run"},
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def parse(**changed: object):
    return parse_callback(json.dumps({**DOCUMENTED, **changed}).encode())


def test_the_documented_callback_is_read_whole():
    callback = parse()

    assert (callback.event, callback.status) == ("run.completed", "succeeded")
    assert callback.remote_id == DOCUMENTED["run_id"]
    assert (callback.client_ref, callback.duration_ms) == ("01-run", 14180)
    assert callback.metadata == DOCUMENTED["metadata"]
    assert callback.completed_at == "2026-11-23T06:59:00+00:00"


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("run.failed", "failed"),
        ("run.cancelled", "cancelled"),
        ("run.partial_succeeded", "partial_succeeded"),
        ("run.paused-by-aliens", "Paused"),
    ],
)
def test_events_and_statuses_stay_as_they_are_known_or_not(event: str, status: str):
    callback = parse(event=event, status=status, output=None)

    assert (callback.event, callback.status) == (event, status)


@given(st.dictionaries(st.sampled_from([*DOCUMENTED, "more"]), JSON))
def test_values_of_wrong_types_are_taken_as_absent(body: dict[str, object]):
    callback = parse_callback(json.dumps(body).encode())

    for word in (callback.event, callback.remote_id, callback.status, callback.client_ref):
        assert word is None or (isinstance(word, str) and word)


def test_words_that_no_honest_callback_has_are_taken_as_absent():
    callback = parse(event="e" * 256, run_id=[], status={}, metadata={"client_ref": 7})

    assert (callback.event, callback.remote_id, callback.status) == (None, None, None)
    assert callback.client_ref is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"run.completed"',
        b"17",
        b"{",
        b'{"event": }',
        b"event=run.completed",
        b"\xff\xfe{\x00}\x00",
        b"{\x00}\x00",
        '{"event":"é"}'.encode("latin-1"),
        b'{"a":' + b"9" * 5000 + b"}",
        b"\x1f\x8b\x08\x00",
        b"<html></html>",
    ],
)
def test_what_is_no_json_object_in_utf8_is_unusable(body: bytes):
    with pytest.raises(UnusableAnswer):
        parse_callback(body)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("depth", [DEEPEST, 1_000, 40_000])
def test_what_is_nested_too_deep_is_unusable_and_harmless(
    opening: bytes, closing: bytes, depth: int
):
    with pytest.raises(UnusableAnswer, match="too deep"):
        parse_callback(b'{"metadata":' + opening * depth + b"1" + closing * depth + b"}")


def test_the_deepest_that_is_allowed_is_read():
    inner = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)

    assert parse_callback(b'{"event":"run.failed","x":' + inner + b"}").event == "run.failed"


def test_brackets_in_a_text_are_no_nesting():
    brackets = '[{"' * 1_000 + "\\"

    assert parse(metadata={"client_ref": "01-run", "note": brackets}).client_ref == "01-run"


@given(JSON)
def test_the_depth_is_that_of_the_parsed_value(value: object):
    def depth(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value
        is_nested = isinstance(value, dict | list)
        return 1 + max(map(depth, inner), default=0) if is_nested else 0

    assert depth_of(json.dumps(value).encode()) == depth(value)


def test_a_text_that_never_ends_is_read_once():
    assert depth_of(b'"' + b'\\"' * 130_000) == 0
    assert depth_of(b'"\\') == 0


def test_a_signing_secret_is_read_and_not_shown():
    secret = parse_callback_secret(
        {"id": "s1", "plain_secret": "whsec_of_a_test", "is_current": True}
    )

    assert secret.plain_secret.reveal() == "whsec_of_a_test"
    assert secret.is_current
    assert "whsec" not in repr(secret)
    assert parse_callback_secret({"id": "s1"}).plain_secret is None
    with pytest.raises(UnusableAnswer):
        parse_callback_secret({"plain_secret": "whsec_of_a_test"})

"""Whatever JSON a server makes up, reading it ends in a run, in words, or in the declared error."""

import json

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.domain.errors import ApiError, FieldProblem
from lib.domain.run import RemoteRun
from lib.runflow import wire
from lib.runflow.api import Client
from lib.runflow.lenient_json import UnusableAnswer, read_json
from lib.runflow.secret import Secret
from lib.runflow.wire_error import parse_error


def listed(words: str) -> list[str]:
    return words.split()


NAMES = listed("""
    id status_code status client_ref output outputs cost error errors detail code message msg loc
    failure_code duration_ms url image image_urls width items next next_pq balance balance_cents
    nsfw_detected seed timing completed_at finished_at price match_value currency
""")
CALM = settings(deadline=None, max_examples=60)

TEXTS = st.text() | st.sampled_from(["1e999999999", "-1", "NaN", "9" * 5_000, "\ud800", "\0"])
LEAVES = st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | TEXTS
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=8)
    ),
    max_leaves=30,
)
RUNS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12).map(
    lambda body: {"id": "r"} | body
)


@CALM
@given(JSON | RUNS)
@example({"id": "r", "cost": "1e999999999", "duration_ms": 10**400})
def test_a_run_is_read_or_refused(body):
    try:
        run = wire.parse_run(body)
    except UnusableAnswer:
        return
    assert isinstance(run, RemoteRun)
    json.dumps(run.body, allow_nan=False).encode()
    json.dumps([run.output.seed, run.output.timing, run.output.model_data]).encode()


@CALM
@given(JSON)
def test_words_are_always_found_or_absent(body):
    words = parse_error(body)

    assert words.message is None or words.message.encode()
    assert all(isinstance(problem, FieldProblem) for problem in words.problems)


@pytest.mark.parametrize(
    "parse", [wire.parse_page, wire.parse_statuses, wire.parse_balance, wire.parse_pricing]
)
@CALM
@given(JSON | RUNS)
def test_everything_else_is_read_or_refused(parse, body):
    try:
        parse(body)
    except UnusableAnswer:
        return


@CALM
@given(st.binary() | JSON.map(lambda body: json.dumps(body, default=str).encode()))
@example(b"[" * 100_000)
@example(b'{"id":' * 400 + b"1" + b"}" * 400)
@example(b"9" * 10_000)
@example(b"1e99999999999999999999")
@example(b"\xff\xfe")
def test_bytes_are_json_or_refused(content):
    try:
        read_json(content)
    except UnusableAnswer:
        return


@CALM
@given(
    st.integers(200, 599),
    st.binary() | JSON.map(lambda body: json.dumps(body, default=str).encode()),
)
def test_every_answer_to_the_post_is_a_run_or_an_api_error(status, content):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))

    with Client("https://api.test", Secret("rf_live_canary0123456789"), transport=transport) as api:
        if outcome := _error_of(lambda: api.create_run("a/b", b"{}", idempotency_key="k")):
            assert outcome.http_status == status
        else:
            assert 200 <= status < 300


def _error_of(asking):
    try:
        asking()
    except ApiError as error:
        return error
    return None

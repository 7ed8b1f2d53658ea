"""The paid POST refused: each leaf is one decision for the user, and nothing was charged."""

import pytest

from lib.domain.errors import (
    Conflict,
    CreditExhausted,
    FieldProblem,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NotFound,
    TooManyRequests,
)
from tests.runflow.scripted_server import answer

ACCEPTED = {"id": "remote-1", "status_code": "queued"}
HTML = b"<!doctype html><title>Welcome to the hotel</title>"


def create(client):
    return client.create_run("google/nano-banana-2", b'{"input":{}}', idempotency_key="r")


REFUSALS = {
    400: InputRefused,
    401: KeyRefused,
    402: CreditExhausted,
    403: KeyRefused,
    404: NotFound,
    405: NotFound,
    409: Conflict,
    410: NotFound,
    413: InputRefused,
    415: InputRefused,
    422: InputRefused,
    429: TooManyRequests,
    431: InputRefused,
}


@pytest.mark.parametrize(("status", "leaf"), REFUSALS.items())
@pytest.mark.parametrize("body", [{"code": "NO", "message": "no"}, b"", HTML, [1], None])
def test_a_refusal_is_the_leaf_of_its_status_and_is_sent_once(serve, client_at, status, leaf, body):
    server = serve(answer(status, body), answer(201, ACCEPTED))

    with pytest.raises(leaf) as caught:
        create(client_at(server.base_url))

    assert type(caught.value) is leaf
    assert caught.value.http_status == status
    assert "<" not in str(caught.value)
    assert len(server.requests) == 1


def test_a_model_that_is_down_was_not_charged(serve, client_at):
    told = {"code": "MODEL_UNAVAILABLE", "message": "provider is down"}
    server = serve(answer(503, told, Retry_After="7"))

    with pytest.raises(ModelUnavailable) as caught:
        create(client_at(server.base_url))

    assert caught.value.retry_after_s == 7.0
    assert len(server.requests) == 1


def test_a_refused_input_names_its_fields(serve, client_at):
    errors = [{"loc": ["body", "input", "num_images"], "msg": "at most 4", "type": "le"}]
    server = serve(answer(422, {"code": "VALIDATION_ERROR", "message": "bad", "errors": errors}))

    with pytest.raises(InputRefused) as caught:
        create(client_at(server.base_url))

    assert caught.value.problems == (FieldProblem("num_images", "at most 4"),)
    assert (caught.value.code, caught.value.api_message) == ("VALIDATION_ERROR", "bad")

"""The paid POST: sent once, and its outcome told apart by one question: can it have been charged?"""

import socket

import httpx
import pytest

from lib.domain.errors import (
    AnswerLost,
    ApiUnreachable,
    NeverSent,
)
from lib.runflow import wire
from tests.runflow.scripted_server import Act, answer

MODEL = "google/nano-banana-2"
RUN_ID = "0196a3c4-7d1e-7c3a-9b41-2f6f5f0c8a11"
BODY = wire.run_request({"prompt": "a red kite – \u00fcber"}, client_ref=RUN_ID, metadata={"a": 1})
ACCEPTED = {"id": "remote-1", "status_code": "queued", "client_ref": RUN_ID}
HTML = b"<!doctype html><title>Welcome to the hotel</title>"
SHORT = {"read_timeout_s": 0.2}
HALF_A_BODY = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"id": "x"'


def create(client):
    return client.create_run(MODEL, BODY, idempotency_key=RUN_ID)


def test_the_bytes_go_out_exactly_as_given(serve, client_at):
    server = serve(answer(201, ACCEPTED))

    run = create(client_at(server.base_url))

    sent = server.requests[0]
    assert sent.line == "POST /v1/models/google/nano-banana-2/runs HTTP/1.1"
    assert sent.body == BODY
    assert sent.header("Content-Type") == "application/json"
    assert sent.header("Idempotency-Key") == RUN_ID
    assert sent.header("Authorization") == "Bearer rf_live_canary0123456789abcdef"
    assert sent.header("User-Agent").startswith("plantain/")
    assert (run.remote_id, run.status, run.client_ref) == ("remote-1", "queued", RUN_ID)


def test_a_refused_connection_is_never_sent(client_at):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NeverSent, match="could not be reached"):
        create(client_at(f"http://127.0.0.1:{port}"))


def test_an_unknown_host_is_never_sent(client_at):
    with pytest.raises(NeverSent):
        create(client_at("https://no-such-host.invalid"))


def test_a_server_that_speaks_no_tls_is_never_sent(serve, client_at):
    server = serve(answer(201, ACCEPTED))
    client = client_at(f"https://127.0.0.1:{server.port}", connect_timeout_s=0.3)

    with pytest.raises(NeverSent):
        create(client)

    assert server.requests == []


def test_a_pool_with_no_free_connection_is_never_sent(client_told):
    client, _ = client_told(httpx.PoolTimeout("full"))

    with pytest.raises(NeverSent):
        create(client)


def test_a_closed_client_sends_nothing(serve, client_at):
    server = serve(answer(201, ACCEPTED))
    client = client_at(server.base_url)
    client.close()

    with pytest.raises(NeverSent, match="closed"):
        create(client)

    assert server.requests == []


LOSSES = {
    "closed without an answer": (Act(), None),
    "reset without an answer": (Act(then="reset"), None),
    "no answer until the timeout": (Act(then="hang"), None),
    "cut within the head": (Act(b"HTTP/1.1 201 Created\r\nContent-Ty"), None),
    "closed after the head": (Act(HALF_A_BODY[: HALF_A_BODY.index(b"{")]), 201),
    "reset after the head": (Act(HALF_A_BODY[: HALF_A_BODY.index(b"{")], then="reset"), 201),
    "half a body": (Act(HALF_A_BODY), 201),
    "half a body, then silence": (Act(HALF_A_BODY, then="hang"), 201),
    "not HTTP": (Act(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), None),
    "201 with a broken gzip": (answer(201, b"no gzip", Content_Encoding="gzip"), 201),
    "201 with nothing": (answer(201, b""), 201),
    "204": (Act(b"HTTP/1.1 204 No Content\r\n\r\n"), 204),
    "200 with a page": (answer(200, HTML), 200),
    "201 with half a JSON": (answer(201, b'{"id": "remote-1"'), 201),
    "201 with a list": (answer(201, [ACCEPTED]), 201),
    "201 with a number": (answer(201, 1), 201),
    "201 nested without end": (answer(201, b'{"id":' + b"[" * 100_000), 201),
    "201 without an id": (answer(201, {"status_code": "queued"}), 201),
    "201 with an empty id": (answer(201, {"id": "  ", "status_code": "queued"}), 201),
    "201 with a number as id": (answer(201, {"id": 7, "status_code": "queued"}), 201),
    "201 with another's client_ref": (answer(201, {**ACCEPTED, "client_ref": "other"}), 201),
    "201 with a strange client_ref": (answer(201, {**ACCEPTED, "client_ref": 7}), 201),
    "301": (answer(301, b"", Location="/elsewhere"), 301),
    "302 to an impossible place": (answer(302, b"", Location="http://[::1"), 302),
    "302 to a strange scheme": (answer(302, b"", Location="ftp://a.example/x"), 302),
    "307": (answer(307, b"", Location="/elsewhere"), 307),
    "308": (answer(308, b"", Location="https://elsewhere.example/"), 308),
    "408": (answer(408, {"code": "TIMEOUT", "message": "slow"}), 408),
    "425": (answer(425, b""), 425),
    "499": (answer(499, b""), 499),
    "500": (answer(500, {"code": "INTERNAL", "message": "oops"}), 500),
    "502 with a page": (answer(502, HTML), 502),
    "503 of the gateway": (answer(503, HTML), 503),
    "503 with another code": (answer(503, {"code": "DRAINING", "message": "restarting"}), 503),
    "500 that names a 503's code": (answer(500, {"code": "MODEL_UNAVAILABLE"}), 500),
    "504": (answer(504, b""), 504),
    "599": (answer(599, b""), 599),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_an_answer_that_cannot_be_trusted_is_lost_and_the_post_not_sent_again(
    serve, client_at, loss
):
    act, status = LOSSES[loss]
    server = serve(act, answer(201, ACCEPTED))

    with pytest.raises(AnswerLost) as caught:
        create(client_at(server.base_url, **SHORT))

    assert caught.value.http_status == (None if "impossible" in loss else status)
    assert len(server.requests) == 1


def test_the_post_never_leaves_on_a_connection_that_is_just_being_closed(serve, client_at):
    server = serve(
        answer(200, {"status": "ok"}, then="keep"), answer(201, {"id": "r1"}, then="keep")
    )
    client = client_at(server.base_url)
    client.health()

    create(client)

    assert server.connections == 2


def test_a_new_connection_that_closes_under_the_post_may_have_taken_it(serve, client_at):
    server = serve(Act(then="close"))

    with pytest.raises(AnswerLost):
        create(client_at(server.base_url))

    assert server.connections == 1


def test_a_connection_that_is_said_to_close_is_not_used_again(serve, client_at):
    server = serve(answer(200, {"status": "ok"}, Connection="close"), answer(201, ACCEPTED))
    client = client_at(server.base_url)
    client.health()

    run = create(client)

    assert run.remote_id == "remote-1"
    assert server.connections == 2


def test_an_answer_that_drips_for_ever_is_given_up(serve, client_at):
    head = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(Act(head + b"1\r\n \r\n" * 10_000, drip=0.01))

    with pytest.raises(AnswerLost, match="too long") as caught:
        create(client_at(server.base_url, **SHORT))

    assert caught.value.http_status == 201
    assert len(server.requests) == 1


@pytest.mark.parametrize("model_id", ["", "/", "google/..", "../balance", "google//x", "a/\n"])
def test_a_model_that_would_lead_elsewhere_is_never_sent(client_told, model_id):
    client, asked = client_told(httpx.Response(201, json=ACCEPTED))

    with pytest.raises(NeverSent):
        client.create_run(model_id, BODY, idempotency_key=RUN_ID)

    assert asked == []


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.CloseError("x"),
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.LocalProtocolError("x"),
        httpx.ProxyError("x"),
        httpx.DecodingError("x"),
        httpx.TooManyRedirects("x"),
        httpx.InvalidURL("x"),
        OSError("x"),
        ValueError("x"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_every_failure_but_a_missing_connection_may_have_been_charged(client_told, failure):
    client, asked = client_told(failure)

    with pytest.raises(ApiUnreachable) as caught:
        create(client)

    assert type(caught.value) is AnswerLost
    assert len(asked) == 1


def test_an_answer_without_a_client_ref_is_ours(serve, client_at):
    server = serve(answer(200, {"id": "remote-1"}))

    run = create(client_at(server.base_url))

    assert (run.remote_id, run.status, run.client_ref) == ("remote-1", "", None)


def test_a_body_without_a_client_ref_is_known_by_its_key(client_told):
    client, _ = client_told(httpx.Response(201, json={"id": "r", "client_ref": "other"}))

    with pytest.raises(AnswerLost):
        client.create_run(MODEL, b'{"input":{}}', idempotency_key="mine")


def test_cookies_of_the_api_are_not_kept(serve, client_at):
    server = serve(answer(201, ACCEPTED, then="keep", Set_Cookie="session=1; Path=/"))
    client = client_at(server.base_url)

    create(client)
    create(client)

    assert server.requests[1].header("Cookie") is None


def test_proxies_of_the_environment_are_not_used(serve, client_at, monkeypatch):
    proxy = serve(answer(502, b""))
    server = serve(answer(201, ACCEPTED))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.base_url)

    create(client_at(server.base_url))

    assert proxy.requests == []

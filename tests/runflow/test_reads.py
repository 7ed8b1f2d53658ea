"""What is asked of the API beside the paid POST: free, so asked again when it fails."""

import httpx
import pytest

from lib.domain.errors import (
    AnswerLost,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NeverSent,
    NotFound,
    TooManyRequests,
)
from lib.runflow.retry import BRIEF, Patience
from tests.runflow.scripted_server import Act, answer

RUN = {"id": "R-1", "status_code": "running", "client_ref": "ours"}
READS = {
    "get_run": lambda client, **how: client.get_run("R-1", **how),
    "list_runs": lambda client, **how: client.list_runs(**how),
    "find_by_client_ref": lambda client, **how: client.find_by_client_ref("ours", **how),
    "run_statuses": lambda client, **how: client.run_statuses(**how),
    "balance": lambda client, **how: client.balance(**how),
    "model_pricing": lambda client, **how: client.model_pricing("google/nano-banana-2", **how),
    "model_row_id": lambda client, **how: client.model_row_id("google/nano-banana-2", **how),
    "me": lambda client, **how: client.me(**how),
    "health": lambda client, **how: client.health(**how),
}
ANY_BODY = {**RUN, "items": [], "statuses": [], "balance": "1"}


def json_answer(body, status=200, **headers):
    return httpx.Response(status, json=body, headers=headers)


@pytest.mark.parametrize(
    ("read", "path"),
    [
        ("get_run", "/v1/runs/R-1"),
        ("list_runs", "/v1/runs?limit=50"),
        (
            "find_by_client_ref",
            "/v1/runs?q=client_ref.EQ%3A%27ours%27&limit=200&sort_by=created_at%3Adesc",
        ),
        ("run_statuses", "/v1/runs/statuses"),
        ("balance", "/v1/billing/balance"),
        ("model_pricing", "/v1/models/google/nano-banana-2/pricing?limit=500"),
        ("model_row_id", "/v1/models/google/nano-banana-2"),
        ("me", "/v1/auth/me"),
        ("health", "/v1/health"),
    ],
)
def test_each_method_asks_one_endpoint(client_told, read, path):
    client, asked = client_told(json_answer(ANY_BODY))

    READS[read](client)

    assert [(request.method, request.url.raw_path.decode()) for request in asked] == [("GET", path)]


@pytest.mark.parametrize("read", READS)
def test_only_health_is_asked_without_the_key(client_told, read):
    client, asked = client_told(json_answer(ANY_BODY))

    READS[read](client)

    assert ("authorization" in asked[0].headers) is (read != "health")


@pytest.mark.parametrize("read", READS)
def test_a_read_is_asked_again_after_what_may_pass(client_told, read):
    client, asked = client_told(
        httpx.ConnectError("x"),
        httpx.ReadTimeout("x"),
        httpx.Response(502, content=b"<html>"),
        json_answer({"code": "RATE_LIMITED", "message": "slow"}, 429, **{"Retry-After": "1"}),
        json_answer(ANY_BODY),
    )

    READS[read](client)

    assert len(asked) == 5


@pytest.mark.parametrize("read", READS)
def test_a_page_asks_once(client_told, read):
    client, asked = client_told(httpx.ReadTimeout("x"), json_answer(ANY_BODY))

    with pytest.raises(AnswerLost):
        READS[read](client, patience=BRIEF)

    assert len(asked) == 1
    assert asked[0].extensions["timeout"]["read"] == BRIEF.timeout_s
    assert asked[0].extensions["timeout"]["connect"] == BRIEF.timeout_s


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("status", "leaf"), [(401, KeyRefused), (404, NotFound), (422, InputRefused)]
)
def test_a_refused_read_is_asked_once(client_told, read, status, leaf):
    client, asked = client_told(json_answer({"code": "NO", "message": "no"}, status))

    with pytest.raises(leaf):
        READS[read](client)

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("last", "leaf"),
    [
        (httpx.ConnectError("x"), NeverSent),
        (httpx.ReadTimeout("x"), AnswerLost),
        (httpx.Response(500), AnswerLost),
        (httpx.Response(429), TooManyRequests),
        (json_answer({"code": "MODEL_UNAVAILABLE", "message": "x"}, 503), ModelUnavailable),
        (httpx.Response(200, content=b"<html>"), AnswerLost),
        (httpx.Response(200, json=[[]]), AnswerLost),
        (httpx.Response(301, headers={"Location": "https://elsewhere.example"}), AnswerLost),
    ],
    ids=repr,
)
def test_after_five_tries_the_last_failure_is_told(client_told, last, leaf):
    client, asked = client_told(last)

    with pytest.raises(leaf):
        client.list_runs()

    assert len(asked) == 5


def test_an_api_that_asks_to_wait_for_an_hour_is_not_waited_for(client_told):
    client, asked = client_told(httpx.Response(429, headers={"Retry-After": "3600"}))

    with pytest.raises(TooManyRequests) as caught:
        client.list_runs()

    assert caught.value.retry_after_s == 3600.0
    assert len(asked) == 1


def test_a_read_survives_a_connection_that_closes_under_it(serve, client_at):
    server = serve(answer(200, {"status": "ok"}, then="keep"), Act(), answer(200, RUN))
    client = client_at(server.base_url)
    client.health()

    run = client.get_run("R-1")

    assert run.status == "running"
    assert len(server.requests) == 3


def test_an_endless_drip_is_given_up(serve, client_at):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(Act(head + b"1\r\n \r\n" * 10_000, drip=0.01))
    client = client_at(server.base_url)

    with pytest.raises(AnswerLost, match="too long"):
        client.me(patience=Patience(tries=1, timeout_s=0.2))


def test_another_run_than_the_one_asked_for_is_not_taken(client_told):
    client, _ = client_told(json_answer({**RUN, "id": "R-2"}))

    with pytest.raises(AnswerLost, match="another run"):
        client.get_run("R-1")


def test_an_id_may_come_back_in_another_case(client_told):
    client, _ = client_told(json_answer(RUN))

    assert client.get_run("r-1").remote_id == "R-1"


@pytest.mark.parametrize("remote_id", ["", ".", "..", "a\nb", "a\x00"])
def test_an_id_that_would_lead_elsewhere_is_not_asked(client_told, remote_id):
    client, asked = client_told(json_answer(RUN))

    with pytest.raises(NeverSent):
        client.get_run(remote_id)

    assert asked == []


def test_an_id_stays_one_segment_of_the_path(client_told):
    client, asked = client_told(json_answer({**RUN, "id": "../me?x=1#y%2e"}))

    client.get_run("../me?x=1#y%2e")

    assert asked[0].url.raw_path == b"/v1/runs/..%2Fme%3Fx%3D1%23y%252e"


def test_a_list_is_asked_with_all_its_parameters(client_told):
    client, asked = client_told(json_answer({"items": [RUN], "next": "n"}))

    page = client.list_runs(
        q="status_code:failed", fields=("id", "cost"), limit=5, sort_by="created_at:desc", pq="a+b"
    )

    assert dict(asked[0].url.params) == {
        "q": "status_code:failed",
        "fields": "id,cost",
        "limit": "5",
        "sort_by": "created_at:desc",
        "pq": "a+b",
    }
    assert ([run.remote_id for run in page.items], page.next) == (["R-1"], "n")


def test_a_projection_always_holds_the_id(client_told):
    client, asked = client_told(json_answer({"items": []}))

    client.list_runs(fields=("cost",))

    assert asked[0].url.params["fields"] == "id,cost"


def test_a_balance_nobody_named_is_not_zero(client_told):
    client, _ = client_told(json_answer({"id": "b"}))

    with pytest.raises(AnswerLost, match="names no balance"):
        client.balance()


def test_a_base_url_may_have_a_path(client_told, client_at):
    asked = []

    def handler(request):
        asked.append(str(request.url))
        return json_answer(RUN)

    client = client_at("https://gateway.test/runflow/", transport=httpx.MockTransport(handler))

    client.get_run("R-1")

    assert asked == ["https://gateway.test/runflow/v1/runs/R-1"]


def test_closing_ends_the_client(client_told):
    client, asked = client_told(json_answer(RUN))

    with client:
        client.get_run("R-1")

    with pytest.raises(NeverSent, match="closed"):
        client.get_run("R-1", patience=BRIEF)
    assert len(asked) == 1


def test_a_read_waits_until_the_api_is_ready_and_the_paid_request_does_not(client_at) -> None:
    happened: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        happened.append(request.method)
        return json_answer({**RUN, **ANY_BODY})

    client = client_at(
        transport=httpx.MockTransport(handler), until_ready=lambda: happened.append("ready")
    )

    client.balance()
    client.create_run("google/nano-banana-2", b"{}", idempotency_key="ours")

    assert happened == ["ready", "GET", "POST"]


def test_a_read_from_an_api_that_never_gets_ready_was_never_sent(client_at) -> None:
    def until_ready() -> None:
        raise NeverSent("The sandbox did not start.")

    client = client_at(until_ready=until_ready)

    with pytest.raises(NeverSent, match="did not start"):
        client.balance(patience=BRIEF)

"""The key goes to the API and is written nowhere else: not in a log, a repr, an error, a traceback."""

import logging
import pickle
import traceback

import httpx
import pytest

from lib.domain.errors import ApiError
from lib.runflow import wire
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.runflow.key_auth import KeyAuth
from lib.runflow.retry import Patience
from lib.runflow.secret import Secret
from tests.runflow.conftest import KEY
from tests.runflow.scripted_server import Act, answer

BODY = wire.run_request({"prompt": "a red kite"}, client_ref="r", metadata={})
RUN = {"id": "r", "status_code": "queued"}
ENDINGS = {
    "accepted": answer(201, RUN),
    "key repeated in a run": answer(201, {**RUN, "metadata": {"seen": f"Bearer {KEY}"}}),
    "key repeated in a refusal": answer(401, {"code": "UNAUTHORIZED", "message": f"bad {KEY}"}),
    "key repeated in a field": answer(422, {"detail": [{"loc": [KEY], "msg": KEY}]}),
    "key repeated in a page": answer(500, f"<html>{KEY}".encode()),
    "key repeated in what is no JSON": answer(201, f"{{{KEY}".encode()),
    "closed": Act(),
    "reset": Act(then="reset"),
    "silent": Act(then="hang"),
    "half": Act(b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{"),
    "not HTTP": Act(b"SSH-2.0\r\n\r\n"),
    "redirected": answer(307, b"", Location="https://elsewhere.example/"),
}


def everything_said_about(error: BaseException) -> str:
    """All that a crash report could show, local variables of every frame included."""
    told = traceback.TracebackException(
        type(error),
        error,
        error.__traceback__.tb_next,  # without the test's own frame, which knows the key
        capture_locals=True,
    )
    return "".join(told.format(chain=True)) + repr(error) + repr(vars(error)) + repr(error.args)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.create_run("a/b", BODY, idempotency_key="r"),
        lambda client: client.get_run("r", patience=Patience(tries=2)),
    ],
    ids=["POST", "GET"],
)
def test_the_key_is_seen_by_the_api_alone(serve, client_at, caplog, ending, ask):
    caplog.set_level(logging.DEBUG)
    server = serve(ENDINGS[ending])
    client = client_at(server.base_url, read_timeout_s=0.1)

    try:
        told = repr(ask(client))
    except ApiError as error:
        told = everything_said_about(error)

    assert server.requests[0].header("Authorization") == f"Bearer {KEY}"
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert KEY not in told
    assert KEY not in caplog.text
    assert KEY not in repr([vars(record) for record in caplog.records])


def test_a_request_that_cannot_be_written_does_not_show_its_headers(serve, client_at, caplog):
    caplog.set_level(logging.DEBUG)
    server = serve(answer(201, RUN))
    client = client_at(server.base_url)

    with pytest.raises(ApiError) as caught:
        client.create_run("a/b", BODY, idempotency_key="broken\nin two")

    assert KEY not in everything_said_about(caught.value) + caplog.text
    assert server.requests == []


def test_a_client_shows_its_address_only(client_at):
    client = client_at("https://api.runflow.test")

    assert repr(client) == "Client('https://api.runflow.test')"
    assert KEY not in f"{client} {vars(client)} {vars(client._auth)} {vars(client._http)}"


def test_a_client_cannot_be_pickled_with_its_key(client_at):
    with pytest.raises(TypeError):
        pickle.dumps(client_at("https://api.runflow.test"))


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/v1/runs",
        "https://api.runflow.test.elsewhere.example/v1/runs",
        "http://api.runflow.test/v1/runs",
        "https://api.runflow.test:8443/v1/runs",
    ],
)
def test_another_place_never_gets_the_key(url):
    auth = KeyAuth(Secret(KEY), httpx.URL("https://api.runflow.test"))

    request = next(auth.auth_flow(httpx.Request("GET", url)))

    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "url", ["https://api.runflow.test/v1/runs", "https://API.runflow.test:443/v1/runs"]
)
def test_the_api_itself_gets_it(url):
    auth = KeyAuth(Secret(KEY), httpx.URL("https://api.runflow.test"))

    request = next(auth.auth_flow(httpx.Request("GET", url)))

    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_a_redirect_of_a_read_does_not_carry_it_away(serve, client_at):
    elsewhere = serve(answer(200, RUN))
    server = serve(answer(302, b"", Location=elsewhere.base_url + "/v1/runs/r"))

    with pytest.raises(ApiError):
        client_at(server.base_url).get_run("r", patience=Patience(tries=1))

    assert elsewhere.requests == []


def test_a_download_from_the_apis_own_place_goes_without_it(serve):
    server = serve(answer(200, b"picture"))

    Downloads(api_base_url=server.base_url).fetch(server.base_url + "/x")

    assert KEY not in server.requests[0].head


def test_the_signature_of_a_download_is_in_no_log(serve, caplog):
    caplog.set_level(logging.DEBUG)
    server = serve(answer(403, b""))

    with pytest.raises(ApiError) as caught:
        Downloads(api_base_url=server.base_url).fetch(server.base_url + "/x?Signature=s3cr3t")

    assert caplog.records
    assert "s3cr3t" not in caplog.text + str(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "NETRC"])
def test_the_environment_changes_nothing(serve, client_at, monkeypatch, tmp_path, name):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login a password b\n")
    proxy = serve(answer(200, RUN))
    monkeypatch.setenv(name, str(netrc) if name == "NETRC" else proxy.base_url)
    server = serve(answer(200, RUN))

    client = client_at(server.base_url)
    client.get_run("r")
    client.health()

    assert server.requests[0].header("Authorization") == f"Bearer {KEY}"
    assert server.requests[1].header("Authorization") is None
    assert proxy.requests == []


def test_a_short_key_does_not_blot_out_words(client_told):
    client = Client(
        "https://api.runflow.test",
        Secret("kite"),
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json={**RUN, "x": "a kite"})),
    )

    with client:
        assert client.get_run("r").body["x"] == "a kite"

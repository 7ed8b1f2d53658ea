"""Every refusal has the flat envelope."""

import socket

import httpx
import pytest

from tests.sandbox.running import MODEL


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/", 404, "NOT_FOUND"),
        ("GET", "/v1/runs/", 404, "RUN_NOT_FOUND"),
        ("PUT", "/v1/runs", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/v1/billing/balance", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_unknown_paths_and_methods_have_the_envelope(sandbox, method, path, status, code):
    answer = sandbox.api.request(method, path)

    assert answer.status_code == status
    assert answer.json().keys() == {"code", "message", "errors"}
    if path != "/v1/runs/":
        assert answer.json()["code"] == code


def test_a_wrong_method_is_told_which_are_right(sandbox):
    answer = sandbox.api.delete("/v1/billing/balance")

    assert answer.headers["allow"] == "GET, HEAD, PATCH"


def test_a_body_that_is_too_large_is_413(sandbox):
    answer = httpx.post(
        f"{sandbox.base_url}{MODEL}/runs",
        content=(b" " * 65_536 for _ in range(300)),
        headers={"Authorization": "Bearer rf_live_test", "Content-Type": "application/json"},
        trust_env=False,
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_browsers_of_other_origins_may_call_unless_it_is_switched_off(start_sandbox):
    origin = {"Origin": "https://example.com"}
    allowed = start_sandbox().fetch.get("/v1/health", headers=origin)
    assert allowed.headers["access-control-allow-origin"] == "*"

    refused = start_sandbox(cors=False).fetch.get("/v1/health", headers=origin)
    assert "access-control-allow-origin" not in refused.headers


def test_a_caller_that_breaks_off_while_sending_buys_nothing(start_sandbox, capfd):
    sandbox = start_sandbox()
    host, port = sandbox.api.base_url.host, sandbox.api.base_url.port
    head = (
        f"POST {MODEL}/runs HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer rf_live_x\r\n"
        "Content-Type: application/json\r\nContent-Length: 36\r\n\r\n"
    )
    with socket.create_connection((host, port)) as connection:
        connection.sendall(head.encode() + b'{"input": {"prompt": "a red ki')

    assert sandbox.api.get("/v1/runs").json()["items"] == []
    sandbox.stop()
    assert capfd.readouterr().err == ""

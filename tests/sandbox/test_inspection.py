"""What tests may see: raw requests and charges."""

import json

from lib.sandbox.recorder import BODY_CAP, KEPT, KEPT_BYTES, Recorder


def test_requests_are_kept_word_for_word_but_without_keys(start_sandbox):
    sandbox = start_sandbox()
    sandbox.create("a kite ü", headers={"Idempotency-Key": "k"})
    sandbox.api.get("/v1/runs?limit=1")

    found = sandbox.fetch.get("/sandbox/requests").json()["requests"]
    assert [(one["method"], one["path"]) for one in found] == [
        ("POST", "/v1/models/google/nano-banana-2/runs"),
        ("GET", "/v1/runs?limit=1"),
    ]
    assert json.loads(found[0]["body"])["input"]["prompt"] == "a kite ü"
    headers = dict(found[0]["headers"])
    assert headers["idempotency-key"] == "k"
    assert "authorization" not in headers
    assert "rf_live" not in json.dumps(found)


def test_requests_are_found_by_method_and_path(start_sandbox):
    sandbox = start_sandbox()
    sandbox.create()
    sandbox.api.get("/v1/runs?limit=1")

    def count(**query: str) -> int:
        return len(sandbox.fetch.get("/sandbox/requests", params=query).json()["requests"])

    assert count(method="POST") == 1
    assert count(path="/v1/runs") == 1
    assert count(method="POST", path="/v1/runs") == 0


def test_refused_requests_are_kept_too(start_sandbox):
    sandbox = start_sandbox()
    sandbox.create("[rate limited]")

    assert len(sandbox.fetch.get("/sandbox/requests").json()["requests"]) == 1


def test_the_ledger_adds_up(start_sandbox):
    sandbox = start_sandbox()
    for _ in range(3):
        sandbox.ended(client_ref="mine")
    ledger = sandbox.fetch.get("/sandbox/ledger").json()

    assert [charge["client_ref"] for charge in ledger["charges"]] == ["mine"] * 3
    assert (ledger["total_micros"], ledger["total"]) == (180_000, "0.18")
    assert sandbox.balance() == "99.82"


def test_a_page_in_a_browser_may_not_look_inside(sandbox):
    for page in ("ledger", "requests"):
        answer = sandbox.fetch.get(f"/sandbox/{page}", headers={"Origin": "https://example.com"})
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")


def test_only_the_newest_requests_are_kept():
    recorder = Recorder()
    for number in range(KEPT + 5):
        recorder.add("now", "POST", f"/{number}", [], b"x")

    kept = recorder.newest()
    assert (len(kept), kept[0]["path"]) == (KEPT, "/5")


def test_long_bodies_do_not_fill_the_memory():
    recorder = Recorder()
    for _ in range(2 * KEPT_BYTES // BODY_CAP):
        recorder.add("now", "POST", "/", [], b"x" * (BODY_CAP + 1))

    kept = recorder.newest()
    assert sum(len(one["body"]) for one in kept) <= KEPT_BYTES
    assert kept[-1]["cut"] is True


def test_a_body_that_is_no_text_is_kept_as_base64():
    recorder = Recorder()
    recorder.add("now", "PUT", "/", [], b"\xff\x00")

    [one] = recorder.newest()
    assert (one["encoding"], one["body"]) == ("base64", "/wA=")

"""Callbacks: what they say, how they are signed, and how often they are tried."""

import hashlib
import hmac
import json

import pytest

from lib.sandbox.clock import parse_iso
from tests.sandbox.receiving import DROP
from tests.sandbox.running import wait_for


def history(sandbox, run_id):
    return sandbox.api.get(f"/v1/runs/{run_id}/callback").json()


def finished(sandbox, run_id, count=1):
    """The run's deliveries, once so many of them are over."""

    def over(found):
        return [delivery["completed_at"] for delivery in found].count(None) == 0

    return wait_for(
        lambda: history(sandbox, run_id), lambda all_: len(all_) == count and over(all_)
    )


def test_a_callback_says_what_the_page_says_in_its_order(start_sandbox, receiver):
    sandbox = start_sandbox()
    run = sandbox.ended(callback_url=receiver.url, metadata={"b": 1, "a": "ü"})
    [callback] = receiver.wait()

    body = json.loads(callback.body)
    assert list(body) == [
        "event",
        "run_id",
        "status",
        "output",
        "duration_ms",
        "created_at",
        "completed_at",
        "metadata",
    ]
    assert (body["event"], body["status"]) == ("run.completed", "succeeded")
    assert body["run_id"] == run["id"]
    assert body["metadata"] == {"b": 1, "a": "ü"}
    for name in ("duration_ms", "created_at", "completed_at"):
        assert body[name] == run[name]
    assert callback.headers["Content-Type"] == "application/json"
    assert callback.headers["Runflow-Request-Id"] == run["request_id"]
    assert "Runflow-Signature" not in callback.headers


def test_a_callback_links_to_the_pictures(start_sandbox, receiver):
    sandbox = start_sandbox()
    sandbox.create(callback_url=receiver.url)
    [callback] = receiver.wait()

    [output] = json.loads(callback.body)["output"]["outputs"]
    assert sandbox.fetch.get(output["url"]).status_code == 200


def test_a_callback_carries_the_data_of_a_sync_run(start_sandbox, receiver):
    sandbox = start_sandbox()
    sandbox.create(callback_url=receiver.url, sync_mode=True)
    [callback] = receiver.wait()

    [output] = json.loads(callback.body)["output"]["outputs"]
    assert output["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    ("word", "event", "status"),
    [
        ("[fail]", "run.failed", "failed"),
        ("[partial succeeded]", "run.partial_succeeded", "partial_succeeded"),
    ],
)
def test_other_ends_have_their_own_event(start_sandbox, receiver, word, event, status):
    sandbox = start_sandbox()
    sandbox.create(word, callback_url=receiver.url)
    [callback] = receiver.wait()

    body = json.loads(callback.body)
    assert (body["event"], body["status"]) == (event, status)
    assert (body["output"] is None) == (status == "failed")


def test_a_canceled_run_is_told_with_two_l_and_without_output(start_sandbox, receiver):
    sandbox = start_sandbox(seconds=500)
    run = sandbox.create(callback_url=receiver.url).json()
    sandbox.admin.post(f"/v1/admin/runs/{run['id']}/cancellation")
    [callback] = receiver.wait()

    body = json.loads(callback.body)
    assert (body["event"], body["status"], body["output"]) == ("run.cancelled", "cancelled", None)


def test_the_current_secret_signs_the_very_bytes(start_sandbox, receiver):
    sandbox = start_sandbox()
    secret = sandbox.api.post("/v1/callback-secrets").json()
    run = sandbox.create(callback_url=receiver.url).json()
    [callback] = receiver.wait()

    key = secret["plain_secret"].encode()
    assert key.startswith(b"whsec_")
    expected = hmac.new(key, callback.body, hashlib.sha256).hexdigest()
    assert callback.headers["Runflow-Signature"] == expected
    [delivery] = finished(sandbox, run["id"])
    assert delivery["payload_bytes"].encode() == callback.body
    assert delivery["signing_secret_id"] == secret["id"]


@pytest.mark.parametrize("trouble", [500, DROP])
def test_trouble_is_tried_three_times_with_the_same_bytes(start_sandbox, receiver, trouble):
    sandbox = start_sandbox()
    receiver.answers = [trouble, trouble]
    run = sandbox.create(callback_url=receiver.url).json()

    [delivery] = finished(sandbox, run["id"])
    assert len({callback.body for callback in receiver.got}) == 1
    assert delivery["status_code"] == "delivered"
    statuses = [attempt["status_code"] for attempt in delivery["attempts"]]
    assert statuses == [trouble or None, trouble or None, 200]


def test_attempts_lie_one_and_two_seconds_apart(start_sandbox, receiver):
    sandbox = start_sandbox()
    receiver.answers = [503, 503]
    run = sandbox.create(callback_url=receiver.url).json()

    [delivery] = finished(sandbox, run["id"])
    first, second, third = (parse_iso(one["created_at"]) for one in delivery["attempts"])
    assert second - first >= 1_000_000
    assert third - second >= 2_000_000


def test_a_delivery_is_given_up_after_three_attempts(start_sandbox, receiver):
    sandbox = start_sandbox()
    receiver.answers = [500] * 3
    run = sandbox.create(callback_url=receiver.url).json()

    [delivery] = finished(sandbox, run["id"])
    assert (delivery["status_code"], delivery["failure_reason_code"]) == ("failed", "HTTP_500")
    assert len(receiver.got) == 3


@pytest.mark.parametrize("refusal", [302, 400, 404, 410, 429])
def test_a_refusal_is_not_tried_again(start_sandbox, receiver, refusal):
    sandbox = start_sandbox()
    receiver.answers = [refusal]
    run = sandbox.create(callback_url=receiver.url).json()

    [delivery] = finished(sandbox, run["id"])
    assert delivery["status_code"] == "failed"
    assert (delivery["attempt_count"], delivery["next_attempt_at"]) == (1, None)
    assert len(receiver.got) == 1


def test_a_pending_delivery_goes_on_after_a_restart(start_sandbox, receiver):
    sandbox = start_sandbox()
    receiver.answers = [500]
    run = sandbox.create(callback_url=receiver.url).json()
    wait_for(lambda: history(sandbox, run["id"]), lambda found: found and found[0]["attempt_count"])

    sandbox = start_sandbox()
    [delivery] = finished(sandbox, run["id"])

    assert (delivery["status_code"], delivery["attempt_count"]) == ("delivered", 2)
    assert receiver.got[0].body == receiver.got[1].body


def test_a_redelivery_is_a_new_delivery_with_the_secret_of_now(start_sandbox, receiver):
    sandbox = start_sandbox()
    run = sandbox.create(callback_url=receiver.url).json()
    finished(sandbox, run["id"])
    sandbox.api.post("/v1/callback-secrets")

    answer = sandbox.api.post(f"/v1/runs/{run['id']}/callback-redeliveries")

    assert answer.status_code == 201
    assert answer.json()["is_automatic"] is False
    first, second = finished(sandbox, run["id"], count=2)
    assert (first["is_automatic"], second["id"]) == (True, answer.json()["id"])
    assert "Runflow-Signature" in receiver.wait(2)[1].headers


def test_there_is_nothing_to_redeliver_while_a_run_is_open_or_has_no_callback(start_sandbox):
    sandbox = start_sandbox(seconds=500)
    open_run = sandbox.create(callback_url="http://127.0.0.1:9/").json()
    without = sandbox.create().json()

    for run in (open_run, without):
        answer = sandbox.api.post(f"/v1/runs/{run['id']}/callback-redeliveries")
        assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert history(sandbox, open_run["id"]) == []


def test_a_receiver_that_cannot_be_reached_is_a_network_error(start_sandbox):
    sandbox = start_sandbox()
    run = sandbox.create(callback_url="http://127.0.0.1:1/").json()

    [delivery] = finished(sandbox, run["id"])
    assert (delivery["attempt_count"], delivery["failure_reason_code"]) == (3, "NETWORK_ERROR")
    assert delivery["attempts"][0]["error_message"]


@pytest.mark.parametrize(("word", "count"), [("no callback", 0), ("two callbacks", 2)])
def test_callbacks_can_be_lost_or_doubled(start_sandbox, receiver, word, count):
    sandbox = start_sandbox()
    silent = sandbox.ended(f"[{word}]", callback_url=receiver.url)
    other = sandbox.ended(callback_url=receiver.url)
    finished(sandbox, other["id"])

    assert len(finished(sandbox, silent["id"], count)) == count
    told = [json.loads(callback.body)["run_id"] for callback in receiver.got]
    assert told.count(silent["id"]) == count


@pytest.mark.parametrize("url", ["http://a..b/", "http://[::1/", "http://127.0.0.1:99999/"])
def test_an_address_that_cannot_be_called_harms_no_other_callback(start_sandbox, receiver, url):
    sandbox = start_sandbox()
    bad = sandbox.create(callback_url=url)
    sandbox.create(callback_url=receiver.url)

    assert len(receiver.wait()) == 1
    if bad.status_code == 201:
        [delivery] = finished(sandbox, bad.json()["id"])
        assert delivery["status_code"] == "failed"

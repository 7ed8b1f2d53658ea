"""The same key and body buy one run, however often they are sent."""

import threading

from tests.sandbox.running import MODEL, wait_for

KEY = {"Idempotency-Key": "key-1"}


def test_a_repeated_request_gets_the_same_answer_and_buys_nothing(start_sandbox):
    sandbox = start_sandbox()
    first = sandbox.create(headers=KEY)
    again = sandbox.create(headers=KEY)

    assert (again.status_code, again.content) == (201, first.content)
    sandbox.end_of(first.json()["id"])
    assert [charge["idempotency_key"] for charge in sandbox.charges()] == ["key-1"]


def test_the_key_is_remembered_across_a_restart(start_sandbox):
    first = start_sandbox().create(headers=KEY)

    assert start_sandbox().create(headers=KEY).content == first.content


def test_the_same_key_with_another_body_is_a_conflict(start_sandbox):
    sandbox = start_sandbox()
    sandbox.create("a red kite", headers=KEY)
    other = sandbox.create("a blue kite", headers=KEY)

    assert (other.status_code, other.json()["code"]) == (409, "CONFLICT")
    assert len(sandbox.api.get("/v1/runs").json()["items"]) == 1


def test_a_key_holds_for_one_path_only(start_sandbox):
    sandbox = start_sandbox()
    body = {"input": {"prompt": "a kite", "image_urls": ["https://example.com/a.png"]}}
    edit = sandbox.api.post(f"{MODEL}/edit/runs", json=body, headers=KEY)

    assert sandbox.create(headers=KEY).json()["id"] != edit.json()["id"]


def test_a_refusal_is_not_kept(start_sandbox):
    sandbox = start_sandbox(balance="0")
    assert sandbox.create(headers=KEY).status_code == 402

    assert start_sandbox(balance="1").create(headers=KEY).status_code == 201


def test_a_key_whose_answer_is_still_due_is_a_conflict(start_sandbox):
    sandbox = start_sandbox(hold_seconds=2.0)
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(sandbox.create("[late answer]", headers=KEY))
    )
    waiting.start()
    wait_for(lambda: sandbox.api.get("/v1/runs").json()["items"])
    meanwhile = sandbox.create("[late answer]", headers=KEY)
    waiting.join()

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "CONFLICT")
    assert answers[0].status_code == 201
    assert sandbox.create("[late answer]", headers=KEY).content == answers[0].content


def test_a_key_that_is_too_long_is_refused(sandbox):
    assert sandbox.create(headers={"Idempotency-Key": "x" * 256}).status_code == 400


def test_without_a_key_each_request_is_a_run(start_sandbox):
    sandbox = start_sandbox()

    assert sandbox.create().json()["id"] != sandbox.create().json()["id"]


def test_an_empty_answer_is_replayed_too(start_sandbox):
    sandbox = start_sandbox()
    secret = sandbox.api.post("/v1/callback-secrets").json()
    path = f"/v1/callback-secrets/{secret['id']}"

    answers = [sandbox.api.delete(path, headers=KEY) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert sandbox.api.delete(path).status_code == 404

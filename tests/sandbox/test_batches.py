"""Batches: many runs by one request."""

import json

import pytest

from tests.sandbox.running import MODEL, wait_for

SOLUTION = "/v1/models/runflow/object-removal/prompt"


def items(*prompts):
    return [{"image_url": "https://example.com/a.png", "prompt": prompt} for prompt in prompts]


def ended(sandbox, *prompts, **more):
    answer = sandbox.api.post(f"{SOLUTION}/batches", json={"input": items(*prompts), **more})
    assert answer.status_code == 201, answer.text
    path = f"/v1/batches/{answer.json()['id']}"
    return wait_for(lambda: sandbox.api.get(path).json(), lambda batch: batch["completed_at"])


def test_a_batch_is_created_with_its_items_in_order(sandbox):
    body = {"input": [{**item, "client_ref": f"r{n}"} for n, item in enumerate(items("a", "b"))]}
    answer = sandbox.api.post(f"{SOLUTION}/batches", json=body)

    assert answer.status_code == 201
    batch = answer.json()
    assert (batch["status_code"], batch["items_total"], batch["cost"]) == ("queued", 2, None)
    assert [item["client_ref"] for item in batch["items"]] == ["r0", "r1"]
    assert [item["sequence_index"] for item in batch["items"]] == [0, 1]
    run = sandbox.end_of(batch["items"][0]["run_id"])
    assert (run["batch_id"], run["input"]["prompt"]) == (batch["id"], "a")
    assert "client_ref" not in run["input"]


@pytest.mark.parametrize(
    ("prompts", "status", "cost"),
    [
        (("a", "b"), "succeeded", "0.10"),
        (("a", "[fail]"), "partial_succeeded", "0.05"),
        (("[fail]", "[fail]"), "failed", "0.00"),
    ],
)
def test_a_batch_ends_as_its_runs_do(sandbox, prompts, status, cost):
    batch = ended(sandbox, *prompts)

    assert (batch["status_code"], batch["cost"]) == (status, cost)
    assert batch["items_succeeded"] + batch["items_failed"] == 2
    assert batch["output"]["total"] == 2


def test_items_are_read_in_full_by_pages(sandbox):
    batch = ended(sandbox, "a", "b", "c")
    page = sandbox.api.get(f"/v1/batches/{batch['id']}/items?limit=2").json()
    rest = sandbox.api.get(f"/v1/batches/{batch['id']}/items?limit=2&pq={page['next']}").json()

    found = [*page["items"], *rest["items"]]
    assert [item["input"]["prompt"] for item in found] == ["a", "b", "c"]
    assert all(item["cost"] == "0.05" and item["output"]["outputs"] for item in found)


def test_a_batch_is_told_once_when_all_its_runs_have_ended(start_sandbox, receiver):
    sandbox = start_sandbox(seconds=0.3)
    batch = ended(sandbox, "a", "[fail]", callback_url=receiver.url, metadata={"job": 1})
    [callback] = receiver.wait()

    body = json.loads(callback.body)
    assert "run_id" not in body
    assert (body["batch_id"], body["event"]) == (batch["id"], "run.partial_succeeded")
    assert (body["output"]["succeeded"], body["output"]["failed"]) == (1, 1)
    assert body["metadata"] == {"job": 1}


def test_inline_data_of_a_batch_is_stored_once(start_sandbox):
    sandbox = start_sandbox()
    inline = [{**items("a")[0], "image_url": "data:image/png;base64,YWJj"}]
    body = {"input": inline, "metadata": {"seen": "data:image/png;base64,ZGVm"}}
    batch = sandbox.api.post(f"{SOLUTION}/batches", json=body).json()
    read = sandbox.api.get(f"/v1/batches/{batch['id']}").json()

    assert sandbox.fetch.get(read["input"][0]["image_url"]).content == b"abc"
    assert sandbox.fetch.get(read["metadata"]["seen"]).content == b"def"
    assert len(sandbox.api.get("/v1/assets").json()["items"]) == 2


def test_a_model_without_template_takes_no_batch(sandbox):
    body = {"input": [{"prompt": "a kite"}]}

    assert sandbox.api.post(f"{MODEL}/batches", json=body).status_code == 422


@pytest.mark.parametrize("given", [[], items("a") * 101, [{}], ["a"], "a", None])
def test_a_bad_batch_is_422_and_makes_no_run(start_sandbox, given):
    sandbox = start_sandbox()

    assert sandbox.api.post(f"{SOLUTION}/batches", json={"input": given}).status_code == 422
    assert sandbox.api.get("/v1/runs").json()["items"] == []


def test_a_batch_is_accepted_whole_or_not_at_all(start_sandbox):
    sandbox = start_sandbox(balance="0.07")
    answer = sandbox.api.post(f"{SOLUTION}/batches", json={"input": items("a", "b")})

    assert answer.status_code == 402
    assert sandbox.api.get("/v1/runs").json()["items"] == []
    assert sandbox.create().status_code == 201

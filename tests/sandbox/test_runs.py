"""Creating a run and reading it again."""

import uuid

import pytest

from tests.sandbox.running import MODEL


def test_a_run_is_created_with_201_and_is_queued(sandbox):
    answer = sandbox.create("a red kite", client_ref="mine", metadata={"job": "42", "ü": [1, None]})

    assert answer.status_code == 201
    run = answer.json()
    assert uuid.UUID(run["id"]).version == 7
    assert run["status_code"] == "queued"
    assert run["client_ref"] == "mine"
    assert run["metadata"] == {"job": "42", "ü": [1, None]}
    assert run["input"] == {"prompt": "a red kite", "resolution": "0.5K"}
    assert (run["output"], run["cost"], run["started_at"], run["completed_at"]) == (None,) * 4


def test_a_run_ends_with_output_cost_and_times(sandbox):
    run = sandbox.ended("a red kite", seed=7, aspect_ratio="16:9", resolution="1K")

    assert run["status_code"] == "succeeded"
    assert run["cost"] == "0.08"
    assert run["created_at"] < run["started_at"] < run["completed_at"]
    assert run["created_at"].endswith("+00:00")
    output = run["output"]
    assert output.keys() == {"outputs", "model_data", "nsfw_detected", "seed", "timing"}
    assert output["seed"] == 7
    assert output["nsfw_detected"] is False
    assert output["timing"].keys() == {"inference_ms"}
    [picture] = output["outputs"]
    assert (picture["type"], picture["content_type"]) == ("image", "image/png")
    assert picture["width"] > picture["height"]


def test_a_model_can_be_named_in_percent_encoded_segments(sandbox):
    body = {"input": {"prompt": "a kite", "image_urls": ["https://example.com/a.png"]}}
    answer = sandbox.api.post("/v1/models/google/nano%2Dbanana-2/edit/runs", json=body)

    assert answer.status_code == 201


def test_an_unknown_model_is_404(sandbox):
    answer = sandbox.api.post("/v1/models/google/nano-apple/runs", json={"input": {}})

    assert (answer.status_code, answer.json()["code"]) == (404, "MODEL_NOT_FOUND")


@pytest.mark.parametrize("run_id", ["00000000-0000-7000-8000-000000000000", "nonsense"])
def test_an_unknown_run_is_404(sandbox, run_id):
    answer = sandbox.api.get(f"/v1/runs/{run_id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "RUN_NOT_FOUND")


def test_other_keys_of_the_envelope_are_ignored(sandbox):
    body = {"input": {"prompt": "a kite"}, "priority": "high", "client_ref": None}

    assert sandbox.api.post(f"{MODEL}/runs", json=body).status_code == 201


def test_statuses_name_every_status_and_which_are_terminal(sandbox):
    items = sandbox.api.get("/v1/runs/statuses").json()["items"]

    terminal = {item["code"] for item in items if item["is_terminal"]}
    assert terminal == {"succeeded", "failed", "canceled", "partial_succeeded"}
    assert {item["code"] for item in items} - terminal == {"queued", "dispatching", "running"}


@pytest.mark.parametrize("part", ["logs", "node-runs", "evaluations"])
def test_a_plain_run_has_empty_but_well_formed_details(sandbox, part):
    run = sandbox.create().json()

    assert sandbox.api.get(f"/v1/runs/{run['id']}/{part}").json()["items"] == []
    assert sandbox.api.get(f"/v1/runs/{uuid.uuid4()}/{part}").status_code == 404


def test_a_huge_seed_survives(sandbox):
    assert sandbox.ended(seed=10**30)["output"]["seed"] == 10**30


def test_failed_runs_carry_an_error_object_only_when_asked(start_sandbox):
    plain = start_sandbox().ended("[fail]")
    assert "error" not in plain

    for_sdk = start_sandbox(sdk_errors=True).ended("[fail]")
    assert for_sdk["error"] == {
        "code": for_sdk["failure_code"],
        "message": for_sdk["failure_message"],
    }

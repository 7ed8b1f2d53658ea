"""Trouble on demand, as a caller meets it."""

import time

import httpx
import pytest

from lib.sandbox.scenarios import SCENARIOS, USUAL, chosen
from tests.sandbox.running import wait_for


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.word)
def test_a_prompt_names_a_scenario_in_any_case_and_place(scenario):
    assert chosen(f"a kite [{scenario.word.upper()}] above [slow] hills", None) is scenario
    assert chosen("a kite", scenario.word) is scenario


def test_a_prompt_that_names_none_goes_as_usual():
    assert chosen("a slow kite (slow), fail [quickly]", None) is USUAL


def test_the_prompts_own_scenario_counts_more_than_the_option():
    assert chosen("[flagged]", "slow").word == "flagged"


@pytest.mark.parametrize(
    ("word", "code", "stage"),
    [
        ("fail", "PROVIDER_ERROR", "execution"),
        ("fail at dispatch", "INPUT_VALIDATION_FAILED", "dispatch"),
        ("late failure", "PROVIDER_TIMEOUT", "execution"),
    ],
)
def test_a_failing_run_says_why_once_it_has_ended(sandbox, word, code, stage):
    answer = sandbox.create(f"a kite [{word}]")
    assert answer.json()["failure_code"] is None

    run = sandbox.end_of(answer.json()["id"])
    assert run["status_code"] == "failed"
    assert (run["failure_code"], run["failure_stage_code"]) == (code, stage)
    assert run["failure_message"]
    assert run["output"] is None


def test_a_flagged_run_says_so(sandbox):
    assert sandbox.ended("[flagged]")["output"]["nsfw_detected"] is True


@pytest.mark.parametrize(
    ("word", "status"), [("partial", "succeeded"), ("partial succeeded", "partial_succeeded")]
)
def test_a_partial_run_costs_what_came(sandbox, word, status):
    run = sandbox.ended(f"[{word}]", num_images=4)

    assert run["status_code"] == status
    assert len(run["output"]["outputs"]) == 3
    assert run["cost"] == "0.18"


def test_a_partial_run_gives_at_least_one_image(sandbox):
    assert len(sandbox.ended("[partial]", num_images=1)["output"]["outputs"]) == 1


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("no credit", 402, "INSUFFICIENT_CREDIT"),
        ("rate limited", 429, "RATE_LIMITED"),
        ("unavailable", 503, "MODEL_UNAVAILABLE"),
        ("conflict", 409, "CONFLICT"),
    ],
)
def test_a_refused_run_is_not_stored(start_sandbox, word, status, code):
    sandbox = start_sandbox()
    for _ in range(2):
        answer = sandbox.create(f"[{word}]")
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    assert sandbox.api.get("/v1/runs").json()["items"] == []
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(("word", "status"), [("rate limited", 429), ("unavailable", 503)])
def test_a_refusal_that_happens_once_is_followed_by_acceptance(sandbox, word, status):
    prompt = f"[{word} once] {time.monotonic_ns()}"

    assert [sandbox.create(prompt).status_code for _ in range(3)] == [status, 201, 201]


def test_refusals_say_when_to_come_again_where_the_option_is_set(start_sandbox):
    sandbox = start_sandbox(retry_after=7)

    assert sandbox.create("[rate limited]").headers["retry-after"] == "7"
    assert "retry-after" not in sandbox.create("[no credit]").headers


def test_a_lost_answer_is_a_closed_connection_and_a_charged_run(start_sandbox):
    sandbox = start_sandbox()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        sandbox.create("[lost answer]", client_ref="mine", headers={"Idempotency-Key": "k"})

    [charge] = wait_for(sandbox.charges)
    assert (charge["client_ref"], charge["idempotency_key"]) == ("mine", "k")
    replay = sandbox.create("[lost answer]", client_ref="mine", headers={"Idempotency-Key": "k"})
    assert replay.json()["id"] == charge["run_id"]
    assert len(sandbox.charges()) == 1


def test_a_late_answer_comes_after_the_run_was_accepted(start_sandbox):
    sandbox = start_sandbox(hold_seconds=0.3)
    begun = time.monotonic()
    answer = sandbox.create("[late answer]")

    assert answer.status_code == 201
    assert time.monotonic() - begun >= 0.3
    assert sandbox.run(answer.json()["id"])["status_code"] == "succeeded"


@pytest.mark.parametrize(("word", "status"), [("error after accept", 500), ("garbage", 201)])
def test_a_bad_answer_hides_a_run_that_was_accepted(start_sandbox, word, status):
    sandbox = start_sandbox()
    answer = sandbox.create(f"[{word}]", headers={"Idempotency-Key": "k"})
    assert answer.status_code == status
    assert "id" not in answer.text

    [run] = sandbox.api.get("/v1/runs").json()["items"]
    replay = sandbox.create(f"[{word}]", headers={"Idempotency-Key": "k"})
    assert (replay.status_code, replay.json()["id"]) == (201, run["id"])


def test_a_stuck_run_is_running_and_stays_so(start_sandbox):
    sandbox = start_sandbox(seconds=0.002)
    run = sandbox.create("[stuck]").json()

    def status():
        return sandbox.run(run["id"])["status_code"]

    assert wait_for(status, lambda status: status == "running")


def test_a_scenario_can_be_set_for_all_runs(start_sandbox):
    assert start_sandbox(scenario="fail").ended("a kite")["status_code"] == "failed"

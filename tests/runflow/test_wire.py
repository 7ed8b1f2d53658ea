"""Every way the API is known to spell a run."""

import json
from decimal import Decimal

import pytest

from lib.domain.output import NO_OUTPUT, Artifact, Output
from lib.domain.run import Failure
from lib.runflow import wire
from lib.runflow.lenient_json import UnusableAnswer, read_json

URL = "https://storage.example/outputs/x.png?X-Amz-Signature=abc"

DOCUMENTED = {
    "id": "0196a3c4-7d1e-7c3a-9b41-2f6f5f0c8a11",
    "model_id": "0195f0aa-0000-7000-8000-000000000002",
    "status_code": "succeeded",
    "client_ref": "ours",
    "input": {"prompt": "a red kite"},
    "output": {
        "outputs": [{"url": URL, "type": "image", "width": 1024, "height": 1024, "duration": None}],
        "model_data": {"description": "a kite"},
        "nsfw_detected": False,
        "seed": 42,
        "timing": {"inference_ms": 1234.5},
    },
    "metadata": {"job": "42"},
    "cost": "0.08",
    "cost_breakdown": None,
    "duration_ms": 14210,
    "request_id": "req_1",
    "failure_code": None,
    "failure_message": None,
    "failure_stage_code": None,
    "created_at": "2026-05-06T10:00:00.000000+00:00",
    "started_at": "2026-05-06T10:00:01.200000+00:00",
    "completed_at": "2026-05-06T10:00:14.210000+00:00",
    "a_field_of_tomorrow": [1, 2],
}


def run_with(**fields):
    return wire.parse_run({"id": "r", **fields})


def test_the_documented_run_is_read_whole():
    run = wire.parse_run(DOCUMENTED)

    assert run.remote_id == DOCUMENTED["id"]
    assert (run.status, run.client_ref, run.request_id) == ("succeeded", "ours", "req_1")
    assert run.output == Output(
        outputs=(Artifact(URL, "image", 1024, 1024),),
        model_data={"description": "a kite"},
        nsfw_detected=False,
        seed=42,
        timing={"inference_ms": 1234.5},
    )
    assert (run.cost_micros, run.duration_ms, run.failure) == (80_000, 14_210, None)
    assert (run.created_at, run.started_at, run.completed_at) == (
        DOCUMENTED["created_at"],
        DOCUMENTED["started_at"],
        DOCUMENTED["completed_at"],
    )
    assert (run.input, run.model) == ({"prompt": "a red kite"}, DOCUMENTED["model_id"])
    assert run.body == DOCUMENTED


def test_a_run_needs_nothing_but_its_id():
    run = wire.parse_run({"id": "r"})

    assert (run.remote_id, run.status, run.output) == ("r", "", NO_OUTPUT)
    assert (run.cost_micros, run.failure, run.completed_at) == (None, None, None)
    assert (run.input, run.model, run.metadata) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [None, 1, "r", [], [{"id": "r"}], {}]
    + [{"id": wrong} for wrong in (None, "", " ", 7, True, ["r"], {"id": "r"}, "r" * 256)],
)
def test_without_an_id_an_answer_is_no_run(body):
    with pytest.raises(UnusableAnswer):
        wire.parse_run(body)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status_code": "canceled"}, "canceled"),
        ({"status_code": "cancelled"}, "canceled"),
        ({"status_code": "CANCELED"}, "canceled"),
        ({"status_code": "Cancelled"}, "canceled"),
        ({"status": "cancelled"}, "canceled"),
        ({"status": "succeeded"}, "succeeded"),
        ({"status_code": "running", "status": "succeeded"}, "running"),
        ({"status_code": None, "status": "failed"}, "failed"),
        ({"status_code": 200, "status": "failed"}, "failed"),
        ({"status_code": " QUEUED "}, "queued"),
        ({"status_code": "partial_succeeded"}, "partial_succeeded"),
        ({"status_code": "Dispatching"}, "dispatching"),
        ({"status_code": "errored"}, "errored"),
        ({"status_code": "On Hold"}, "On Hold"),
        ({"status_code": ["succeeded"]}, ""),
        ({}, ""),
    ],
)
def test_a_known_status_has_one_spelling_and_an_unknown_one_keeps_its_own(fields, status):
    assert run_with(**fields).status == status


@pytest.mark.parametrize(
    ("cost", "micros"),
    [
        ("0.08", 80_000),
        ("0.0830", 83_000),
        (" 0.55 ", 550_000),
        ("+.5", 500_000),
        ("12", 12_000_000),
        ("0", 0),
        ("8e-2", 80_000),
        ("0.0000005", 0),
        (1, 1_000_000),
        (0, 0),
        (0.08, 80_000),
        (Decimal("0.0800000000000000000001"), 80_000),
        (None, None),
        ("", None),
        ("free", None),
        ("$0.08", None),
        ("0,08", None),
        ("NaN", None),
        ("-0.08", None),
        (-1, None),
        (True, None),
        (float("inf"), None),
        ("1e999999999", None),
        (10**30, None),
        (["0.08"], None),
        ({"amount": "0.08"}, None),
    ],
)
def test_a_cost_is_exact_micro_dollars_or_unknown(cost, micros):
    assert run_with(cost=cost).cost_micros == micros


def test_an_absent_cost_is_unknown_and_not_free():
    assert run_with().cost_micros is None


def test_a_number_with_a_point_is_not_read_through_a_float():
    body = read_json(b'{"id": "r", "cost": 123456.7890125000000000000001}')

    assert wire.parse_run(body).cost_micros == 123_456_789_013


def test_the_kept_body_can_be_written_as_json_again():
    body = read_json(b'{"id": "r", "cost": 0.08, "x": [1.5, 1e400, NaN, 12345678901234567890]}')

    kept = wire.parse_run(body).body

    assert json.loads(json.dumps(kept)) == {
        "id": "r",
        "cost": 0.08,
        "x": [1.5, None, None, 12345678901234567890],
    }


def test_text_that_no_database_takes_is_made_storable():
    body = read_json(b'{"id": "r", "client_ref": "a\\u0000\\ud800b", "\\ud801": 1}')

    run = wire.parse_run(body)

    assert run.client_ref == "a\ufffd\ufffdb"
    assert json.dumps(run.body, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        (
            {"failure_code": "X", "failure_message": "no", "failure_stage_code": "dispatch"},
            Failure("X", "no", "dispatch"),
        ),
        (
            {"failure_code": "X", "failure_message": "no", "failure_stage": "preprocess"},
            Failure("X", "no", "preprocess"),
        ),
        ({"failure_message": "no"}, Failure(None, "no", None)),
        ({"failure_code": "X"}, Failure("X", "", None)),
        ({"error": {"code": "X", "message": "no"}}, Failure("X", "no", None)),
        ({"error": "no"}, Failure(None, "no", None)),
        (
            {"failure_code": "A", "failure_message": "a", "error": {"code": "B", "message": "b"}},
            Failure("A", "a", None),
        ),
        ({"error": None, "failure_code": None}, None),
        ({"error": {}}, None),
        ({"error": []}, None),
        ({"failure_code": 7, "failure_message": ["no"]}, None),
        ({"failure_message": " "}, None),
        ({}, None),
    ],
)
def test_a_failure_is_read_wherever_it_stands(fields, failure):
    assert run_with(status_code="failed", **fields).failure == failure


@pytest.mark.parametrize("told", ["a kite", ["a kite"], 7, True])
def test_an_input_that_is_no_object_is_not_told(told):
    run = run_with(input=told, metadata=told)

    assert (run.input, run.metadata) == (None, None)


def test_the_path_of_a_model_says_more_than_its_id():
    assert run_with(model="google/some-model", model_id="0195").model == "google/some-model"


@pytest.mark.parametrize(
    ("fields", "completed_at"),
    [
        ({"completed_at": "a"}, "a"),
        ({"finished_at": "b"}, "b"),
        ({"completed_at": "a", "finished_at": "b"}, "a"),
        ({"completed_at": None, "finished_at": "b"}, "b"),
        ({"completed_at": 1_777_000_000}, None),
        ({}, None),
    ],
)
def test_the_end_has_two_names(fields, completed_at):
    assert run_with(**fields).completed_at == completed_at


@pytest.mark.parametrize(
    ("duration", "ms"),
    [
        (14_210, 14_210),
        ("14210", 14_210),
        (Decimal("14210.9"), 14_210),
        (0, 0),
        (-1, None),
        (True, None),
        (2**63, None),
        ("long", None),
        (None, None),
    ],
)
def test_a_duration_is_whole_milliseconds_or_unknown(duration, ms):
    assert run_with(duration_ms=duration).duration_ms == ms

"""Every rule of the model's fields, and of the envelope around them."""

import json

import pytest

from tests.sandbox.running import MODEL

PROMPT = {"prompt": "a red kite"}
LANDSCAPE = ("21:9", "16:9", "3:2", "4:3", "5:4", "4:1", "8:1")
PORTRAIT = ("4:5", "3:4", "2:3", "9:16", "1:4", "1:8")
RATIOS = ("auto", "1:1", *LANDSCAPE, *PORTRAIT)

GOOD = [
    {"prompt": "abc"},
    {"prompt": "ü" * 50_000},
    {"prompt": "🪁🪁🪁"},
    *({**PROMPT, "resolution": value} for value in ("0.5K", "1K", "2K", "4K")),
    *({**PROMPT, "aspect_ratio": value} for value in RATIOS),
    *({**PROMPT, "num_images": value} for value in (1, 4, 2.0)),
    *({**PROMPT, "output_format": value} for value in ("jpeg", "png", "webp")),
    *({**PROMPT, "safety_tolerance": value} for value in "123456"),
    *({**PROMPT, "thinking_level": value} for value in ("minimal", "high")),
    *({**PROMPT, "seed": value} for value in (0, -1, 2**70)),
    {**PROMPT, "enable_web_search": True, "limit_generations": False, "sync_mode": True},
]

BAD = [
    ("prompt", {}),
    ("prompt", {"prompt": "ab"}),
    ("prompt", {"prompt": "🪁🪁"}),
    ("prompt", {"prompt": "a" * 50_001}),
    ("prompt", {"prompt": 12345}),
    ("prompt", {"prompt": None}),
    ("resolution", {**PROMPT, "resolution": "8K"}),
    ("resolution", {**PROMPT, "resolution": "1k"}),
    ("aspect_ratio", {**PROMPT, "aspect_ratio": "7:3"}),
    ("num_images", {**PROMPT, "num_images": 0}),
    ("num_images", {**PROMPT, "num_images": 5}),
    ("num_images", {**PROMPT, "num_images": 1.5}),
    ("num_images", {**PROMPT, "num_images": True}),
    ("num_images", {**PROMPT, "num_images": "2"}),
    ("output_format", {**PROMPT, "output_format": "gif"}),
    ("safety_tolerance", {**PROMPT, "safety_tolerance": 4}),
    ("safety_tolerance", {**PROMPT, "safety_tolerance": "7"}),
    ("thinking_level", {**PROMPT, "thinking_level": "low"}),
    ("thinking_level", {**PROMPT, "thinking_level": None}),
    ("seed", {**PROMPT, "seed": "7"}),
    ("enable_web_search", {**PROMPT, "enable_web_search": "true"}),
    ("limit_generations", {**PROMPT, "limit_generations": 1}),
    ("sync_mode", {**PROMPT, "sync_mode": None}),
    ("style", {**PROMPT, "style": "oil"}),
]


@pytest.mark.parametrize("asked", GOOD, ids=lambda asked: json.dumps(asked)[:60])
def test_a_good_input_is_accepted(sandbox, asked):
    answer = sandbox.api.post(f"{MODEL}/runs", json={"input": asked})

    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(("field", "asked"), BAD)
def test_a_bad_field_is_named_in_a_422(sandbox, field, asked):
    answer = sandbox.api.post(f"{MODEL}/runs", json={"input": asked})

    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "VALIDATION_ERROR"
    [error] = body["errors"]
    assert error["loc"] == ["body", "input", field]
    assert error["msg"]
    assert error["type"]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("input", {}),
        ("input", {"input": "a red kite"}),
        ("callback_url", {"input": PROMPT, "callback_url": "not a url"}),
        ("callback_url", {"input": PROMPT, "callback_url": "ftp://example.com/"}),
        ("callback_url", {"input": PROMPT, "callback_url": f"http://a.example/{'x' * 2048}"}),
        ("metadata", {"input": PROMPT, "metadata": ["a"]}),
        ("client_ref", {"input": PROMPT, "client_ref": "x" * 256}),
        ("client_ref", {"input": PROMPT, "client_ref": 7}),
    ],
)
def test_a_bad_envelope_is_named_in_a_422(sandbox, field, body):
    answer = sandbox.api.post(f"{MODEL}/runs", json=body)

    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", field]]


def test_all_bad_fields_are_named_at_once(sandbox):
    answer = sandbox.api.post(f"{MODEL}/runs", json={"input": {"num_images": 9, "seed": "x"}})

    assert {error["loc"][-1] for error in answer.json()["errors"]} == {
        "prompt",
        "num_images",
        "seed",
    }


def test_a_model_whose_page_is_not_complete_takes_unknown_fields(sandbox):
    body = {"input": {**PROMPT, "image_urls": ["https://example.com/a.png"], "strength": 0.5}}

    assert sandbox.api.post(f"{MODEL}/edit/runs", json=body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"input": NaN}',
        b'{"input": {"prompt": "\\ud800 half a kite"}}',
        b'{"input": 1e999}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_400(sandbox, body):
    headers = {"Content-Type": "application/json"}
    answer = sandbox.api.post(f"{MODEL}/runs", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


def test_a_body_that_does_not_say_it_is_json_is_400(sandbox):
    answer = sandbox.api.post(f"{MODEL}/runs", content=b'{"input": {"prompt": "a kite"}}')

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


def test_a_body_that_is_no_object_is_422(sandbox):
    assert sandbox.api.post(f"{MODEL}/runs", json=["a"]).status_code == 422

"""The output of a run in its unified and its older shapes."""

import pytest

from lib.domain.output import NO_OUTPUT, Artifact
from lib.runflow.wire_output import parse_output

A = "https://storage.example/a.png"
B = "https://storage.example/b.png"


@pytest.mark.parametrize(
    ("output", "artifacts"),
    [
        ({"outputs": [{"url": A, "type": "image"}]}, [Artifact(A)]),
        (
            {"outputs": [{"url": A}, {"url": B, "type": "video"}]},
            [Artifact(A), Artifact(B, "video")],
        ),
        ({"outputs": [{"url": A, "width": 10, "height": 20}]}, [Artifact(A, "image", 10, 20)]),
        ({"outputs": [{"url": A, "width": "10", "height": -1}]}, [Artifact(A, "image", 10, None)]),
        ({"outputs": [{"url": A, "width": 0, "type": 7}]}, [Artifact(A)]),
        ({"outputs": [A, B]}, [Artifact(A), Artifact(B)]),
        ({"outputs": [None, {}, {"url": 7}, 3, {"url": A}]}, [Artifact(A)]),
        ({"outputs": {"url": A}}, [Artifact(A)]),
        (
            {"outputs": [{"url": "data:image/png;base64,AA=="}]},
            [Artifact("data:image/png;base64,AA==")],
        ),
        ({"image_urls": [A, B]}, [Artifact(A), Artifact(B)]),
        ({"outputs": [], "image_urls": [A]}, [Artifact(A)]),
        ({"outputs": None, "image": {"url": A, "width": 5}}, [Artifact(A, "image", 5)]),
        ({"image": [A, B]}, [Artifact(A), Artifact(B)]),
        ({"image": A}, [Artifact(A)]),
        ({"images": [{"url": A}]}, [Artifact(A)]),
        ({"url": A}, [Artifact(A)]),
        ({"output_url": A}, [Artifact(A)]),
        ({"outputs": [{"url": A}], "image_urls": [A, B]}, [Artifact(A)]),
        ([A, {"url": B}], [Artifact(A), Artifact(B)]),
        (A, [Artifact(A)]),
    ],
)
def test_artifacts_are_found_in_every_shape(output, artifacts):
    assert list(parse_output(output).outputs) == artifacts


@pytest.mark.parametrize(
    "output", [None, {}, [], "", 7, True, {"outputs": 7}, {"error": {"code": "X"}}]
)
def test_where_nothing_is_there_is_no_artifact(output):
    assert parse_output(output).outputs == ()


def test_an_absent_output_is_the_empty_one():
    assert parse_output(None) == NO_OUTPUT


@pytest.mark.parametrize(
    ("told", "known"), [(True, True), (False, False), (None, None), ("no", None), ([], None)]
)
def test_only_a_clear_word_about_nsfw_counts(told, known):
    assert parse_output({"nsfw_detected": told}).nsfw_detected is known


def test_what_the_model_adds_is_kept_as_it_is():
    output = parse_output({"seed": "abc", "timing": [1], "model_data": {"prompt": "x"}})

    assert (output.seed, output.timing, output.model_data) == ("abc", [1], {"prompt": "x"})

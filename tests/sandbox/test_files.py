"""Pictures of a run: how many, their links, their bytes."""

import base64
import hashlib
import io

import httpx
import pytest
from PIL import Image

from lib.sandbox.outputs import images_asked_for, images_in_words
from tests.sandbox.running import wait_for


def urls(run):
    return [output["url"] for output in run["output"]["outputs"]]


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_picture_is_what_the_output_says(sandbox, output_format):
    run = sandbox.ended(output_format=output_format)
    [output] = run["output"]["outputs"]
    answer = sandbox.fetch.get(output["url"])

    assert answer.headers["content-type"] == f"image/{output_format}"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == output_format.upper()
        assert picture.size == (output["width"], output["height"])


def test_a_picture_is_the_same_bytes_each_time_and_after_a_restart(start_sandbox):
    sandbox = start_sandbox()
    run = sandbox.ended(num_images=2)
    bytes_before = [sandbox.fetch.get(url).content for url in urls(run)]
    assert [sandbox.fetch.get(url).content for url in urls(run)] == bytes_before
    assert len({hashlib.sha256(content).digest() for content in bytes_before}) == 2

    sandbox = start_sandbox()
    after = [sandbox.fetch.get(url).content for url in urls(sandbox.run(run["id"]))]
    assert after == bytes_before


def test_a_link_is_signed_anew_at_each_reading(sandbox):
    run = sandbox.ended("[short links]")
    [url] = urls(run)

    fresh = wait_for(lambda: urls(sandbox.run(run["id"]))[0], lambda found: found != url)
    assert sandbox.fetch.get(fresh).status_code == 200


def test_an_expired_link_is_403_and_a_fresh_reading_helps(sandbox):
    run = sandbox.ended("[short links]")
    [url] = urls(run)

    answer = wait_for(lambda: sandbox.fetch.get(url), lambda found: found.status_code != 200)
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    assert sandbox.fetch.get(urls(sandbox.run(run["id"]))[0]).status_code == 200


def test_a_link_that_was_changed_is_403(sandbox):
    [url] = urls(sandbox.ended())
    link = httpx.URL(url)

    for changed in (
        link.copy_merge_params({"expires": "9999999999"}),
        link.copy_merge_params({"signature": "0" * 64}),
        link.copy_remove_param("signature"),
        link.copy_with(path=link.path.replace("-0.", "-1.")),
    ):
        assert sandbox.fetch.get(changed).status_code == 403


def test_a_sync_run_gives_its_picture_as_data_and_leaves_none_in_history(start_sandbox):
    sandbox = start_sandbox()
    run = sandbox.ended(sync_mode=True, output_format="webp", seed=5)
    [url] = urls(run)
    head, data = url.split(",")

    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.format == "WEBP"
    [listed] = sandbox.api.get("/v1/runs").json()["items"]
    assert (listed["status_code"], listed["output"]) == ("succeeded", None)
    assert list(sandbox.data_dir.glob("pictures/*")) == []


def test_num_images_gives_so_many_pictures_and_costs_so_much(sandbox):
    run = sandbox.ended(num_images=4)

    assert len(set(urls(run))) == 4
    assert run["cost"] == "0.24"


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("a red kite", 1),
        ("three pictures of a kite", 3),
        ("Two small variations, please", 2),
        ("4 images", 4),
        ("12 photos of kites", 4),
        ("0 images", 1),
        ("one picture of three kites", 1),
    ],
)
def test_words_of_the_prompt_decide_how_many_a_round_gives(prompt, count):
    assert images_in_words(prompt) == count


def test_the_words_count_only_without_limit_generations(sandbox):
    assert images_asked_for({"prompt": "two images", "num_images": 3}) == 3
    assert len(urls(sandbox.ended("two images of a kite"))) == 1

    free = sandbox.ended("two images of a kite", limit_generations=False, num_images=2)
    assert len(urls(free)) == 4
    assert free["cost"] == "0.24"


def test_a_picture_can_break_off_once(sandbox):
    [url] = urls(sandbox.ended("[cut picture]"))
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.fetch.get(url)

    with Image.open(io.BytesIO(sandbox.fetch.get(url).content)) as picture:
        picture.load()


def test_a_picture_can_be_missing(sandbox):
    [url] = urls(sandbox.ended("[missing picture]"))

    assert sandbox.fetch.get(url).status_code == 404

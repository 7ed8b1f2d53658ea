"""The client and the sandbox, written apart from each other, understand each other."""

import json
import threading
from collections.abc import Iterator

import pytest

from lib.domain.errors import (
    AnswerLost,
    Conflict,
    CreditExhausted,
    InputRefused,
    KeyRefused,
    ModelUnavailable,
    NotFound,
    TooManyRequests,
)
from lib.domain.run import TERMINAL_STATUSES, RemoteRun
from lib.runflow import wire
from lib.runflow.api import Client
from lib.runflow.download import DownloadCutOff, DownloadExpired, Downloads
from lib.runflow.retry import Patience
from lib.runflow.secret import Secret
from lib.sandbox import child
from tests.runflow.conftest import KEY

MODEL = "google/nano-banana-2"
ONCE = Patience(tries=1)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Iterator[str]:
    """The base URL of a sandbox whose runs take a tenth of a second."""
    running = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.1)
    yield running.base_url
    running.stop()


@pytest.fixture(scope="module")
def client(sandbox) -> Iterator[Client]:
    with Client(sandbox, Secret(KEY)) as client:
        yield client


@pytest.fixture(scope="module")
def downloads(sandbox) -> Downloads:
    return Downloads(api_base_url=sandbox)


def create(client: Client, prompt: str, *, ref: str, **more: object) -> RemoteRun:
    given = {"prompt": prompt, "resolution": "0.5K", **more}
    body = wire.run_request(given, client_ref=ref, metadata={"source": "test"})
    return client.create_run(MODEL, body, idempotency_key=ref)


def end_of(client: Client, run: RemoteRun) -> RemoteRun:
    pause = threading.Event()
    while not (told := client.get_run(run.remote_id)).is_terminal:
        pause.wait(0.02)
    return told


def test_from_prompt_to_picture_to_cost(client, downloads):
    before = client.balance()

    run = end_of(client, create(client, "a red kite", ref="whole", num_images=2, seed=7))

    pictures = [downloads.fetch(artifact.url) for artifact in run.output.outputs]
    assert (run.status, run.client_ref, run.failure) == ("succeeded", "whole", None)
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"] * 2
    assert all(artifact.width and artifact.height for artifact in run.output.outputs)
    assert before - client.balance() == run.cost_micros > 0
    assert run.duration_ms is not None
    assert run.created_at < run.completed_at
    assert json.loads(json.dumps(run.body)) == run.body


def test_pictures_within_the_answer_are_read_too(client, downloads):
    run = end_of(client, create(client, "a red kite", ref="sync", sync_mode=True))

    assert run.output.outputs[0].url.startswith("data:image/png;base64,")
    assert downloads.fetch(run.output.outputs[0].url).startswith(b"\x89PNG")


def test_the_same_key_gives_the_same_run_again(client):
    first = create(client, "twice", ref="twice")

    assert create(client, "twice", ref="twice").remote_id == first.remote_id
    with pytest.raises(Conflict):
        create(client, "another body", ref="twice")
    assert len(client.find_by_client_ref("twice")) == 1


@pytest.mark.parametrize("word", ["lost answer", "error after accept", "garbage"])
def test_a_run_whose_answer_was_lost_is_found_by_its_reference(client, word):
    ref = word.replace(" ", "-")

    with pytest.raises(AnswerLost):
        create(client, f"a kite [{word}]", ref=ref)

    assert [run.client_ref for run in client.find_by_client_ref(ref)] == [ref]


@pytest.mark.parametrize(
    ("word", "leaf"),
    [
        ("no credit", CreditExhausted),
        ("rate limited", TooManyRequests),
        ("unavailable", ModelUnavailable),
        ("conflict", Conflict),
    ],
)
def test_a_refused_run_does_not_exist(client, word, leaf):
    with pytest.raises(leaf):
        create(client, f"a kite [{word}]", ref=f"refused {word}")

    assert client.find_by_client_ref(f"refused {word}") == ()


def test_a_refused_input_names_every_wrong_field(client):
    with pytest.raises(InputRefused) as caught:
        create(client, "a kite", ref="wrong", num_images=9, resolution="8K")

    assert {problem.field for problem in caught.value.problems} == {"num_images", "resolution"}


def test_a_model_that_does_not_exist_is_refused(client):
    with pytest.raises((NotFound, InputRefused)):
        client.create_run("no/such-model", b'{"input":{"prompt":"abc"}}', idempotency_key="n")


def test_a_wrong_key_is_refused(sandbox):
    with Client(sandbox, Secret("not_a_key_of_this_kind")) as stranger:
        with pytest.raises(KeyRefused):
            stranger.me()
        assert stranger.health()["status"] == "ok"


def test_a_run_that_failed_says_why(client):
    run = end_of(client, create(client, "a kite [fail]", ref="failing"))

    assert run.status == "failed"
    assert run.failure.code
    assert run.failure.message
    assert run.failure.stage
    assert run.cost_micros in (None, 0)


def test_an_unknown_run_is_not_found(client):
    with pytest.raises(NotFound):
        client.get_run("0196a3c4-7d1e-7c3a-9b41-2f6f5f0c8a11")


def test_a_list_is_read_page_by_page(client):
    made = {create(client, "a kite", ref=f"page-{number}").remote_id for number in range(5)}

    seen, pq = [], None
    while True:
        page = client.list_runs(limit=2, fields=("status_code", "cost"), pq=pq)
        seen += [run.remote_id for run in page.items]
        if (pq := page.next) is None:
            break

    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_the_statuses_and_prices_are_told(client):
    assert set(client.run_statuses()) >= TERMINAL_STATUSES
    prices = {rule.price_micros for rule in client.model_pricing(MODEL)}

    assert 80_000 in prices


def test_a_run_names_its_model_by_the_catalogues_id(client):
    run = create(client, "a kite", ref="model-1")

    assert client.get_run(run.remote_id).model == client.model_row_id(MODEL)


def test_the_key_has_an_account(client):
    assert client.me()


def test_a_picture_that_broke_off_comes_whole_the_second_time(client, downloads):
    run = end_of(client, create(client, "a kite [cut picture]", ref="cut"))
    url = run.output.outputs[0].url

    with pytest.raises(DownloadCutOff):
        downloads.fetch(url, patience=ONCE)

    assert downloads.fetch(url).startswith(b"\x89PNG")


def test_a_missing_picture_asks_for_a_fresh_url(client, downloads):
    run = end_of(client, create(client, "a kite [missing picture]", ref="missing"))

    with pytest.raises(DownloadExpired):
        downloads.fetch(run.output.outputs[0].url)

"""Callbacks over real HTTP: the sandbox signs and sends them, Plantain's own route takes them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from lib.bootstrap import Services, open_services
from lib.domain.callback import Proof
from lib.domain.run import Run, RunState
from lib.runflow.api import Client
from lib.sandbox import child
from lib.services import audit, polling
from lib.services.callbacks import PATH
from lib.settings import Settings
from lib.web.entrance import Entrance
from lib.web.routes import routes
from tests.parking import park
from tests.sandbox.running import wait_for

MODEL = "google/nano-banana-2"
SANDBOX_KEY = {"Authorization": "Bearer rf_live_sandbox"}


@pytest.fixture
def polls_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first poll of a run would come in an hour."""
    monkeypatch.setattr(polling, "PACE", ())
    monkeypatch.setattr(polling, "SLOWEST_S", 3600.0)


@contextmanager
def plantain_at(folder: Path, **chosen: Any) -> Iterator[Services]:
    """All services, with Plantain's own routes on a real port that the sandbox calls."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        values = {"plantain_sandbox_seconds": 0.2, "plantain_quiet_seconds": 1.0, **chosen}
        settings = Settings(plantain_data_dir=folder, **values)
        with open_services(settings, own_url=own_url) as services, serving(services, listener):
            yield services


@contextmanager
def serving(services: Services, listener: socket.socket) -> Iterator[None]:
    app = Starlette(
        routes=routes(
            lambda: services.pictures, lambda: services.callbacks, lambda: services.fitness
        ),
        middleware=[Middleware(Entrance, public_host=lambda: None)],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_for(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def plantain(tmp_path: Path) -> Iterator[Services]:
    with plantain_at(tmp_path / "data") as services:
        yield services


def click(services: Services, prompt: str) -> str:
    return services.runs.submit(
        MODEL, {"prompt": prompt, "resolution": "0.5K"}, click_token=prompt, created_by="local"
    )


def run_of(services: Services, run_id: str) -> Run:
    run = services.runs.find(run_id)
    assert run is not None
    return run


def end_of(services: Services, run_id: str) -> Run:
    return wait_for(lambda: run_of(services, run_id), lambda run: not run.is_open)


def ask(services: Services, method: str, path: str, **more: Any) -> Any:
    return ask_api(services.api_base_url, method, path, **more)


def ask_api(base_url: str, method: str, path: str, **more: Any) -> Any:
    answer = httpx.request(
        method, base_url + path, headers=SANDBOX_KEY, trust_env=False, timeout=30, **more
    )
    answer.raise_for_status()
    return answer.json()


@pytest.fixture
def api(tmp_path: Path) -> Iterator[str]:
    """An API that Plantain did not start, as the real one."""
    sandbox = child.start(data_dir=tmp_path / "api", seconds=0.2)
    yield sandbox.base_url
    sandbox.stop()


def deliveries(services: Services, run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(services, "GET", f"/v1/runs/{run.remote_id}/callback")
    return found


def test_with_callbacks_a_run_ends_without_a_poll(polls_never: None, plantain: Services):
    run = end_of(plantain, click(plantain, "a kite"))

    assert run.state is RunState.STORED
    (received,) = plantain.callbacks.health().received
    assert received.proof is Proof.CURRENT_SECRET
    assert (received.run_id, received.remote_id) == (run.id, run.remote_id)
    assert (received.event, received.status) == ("run.completed", "succeeded")
    assert received.request_id
    (delivery,) = wait_for(
        lambda: deliveries(plantain, run), lambda found: found[0]["status_code"] == "delivered"
    )
    assert [attempt["status_code"] for attempt in delivery["attempts"]] == [200]
    assert delivery["payload"]["metadata"] == {"source": "plantain", "client_ref": run.id}


def test_a_callback_brings_a_parked_run_back_before_any_audit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(audit, "FIRST_AFTER_S", (3_600.0, 3_600.0))
    with plantain_at(tmp_path / "data") as plantain:
        parked = park(plantain)

        run = wait_for(
            lambda: run_of(plantain, parked.id), lambda run: run.state is not RunState.PARKED
        )

        assert end_of(plantain, run.id).state is RunState.STORED
        assert len(ask(plantain, "GET", "/sandbox/ledger")["charges"]) == 1


@pytest.mark.parametrize("prompt", ["a kite [fail]", "a kite [partial succeeded]"])
def test_a_run_that_ends_otherwise_is_told_of_too(
    polls_never: None, plantain: Services, prompt: str
):
    run = end_of(plantain, click(plantain, prompt))

    assert run.state in (RunState.FAILED, RunState.STORED)
    (received,) = plantain.callbacks.health().received
    assert received.event in ("run.failed", "run.partial_succeeded")


def test_without_callbacks_polling_alone_gets_everything(plantain: Services):
    run = end_of(plantain, click(plantain, "a kite [no callback]"))

    assert run.state is RunState.STORED
    assert plantain.callbacks.health().received == []


def test_two_callbacks_are_one_end(polls_never: None, plantain: Services):
    run = end_of(plantain, click(plantain, "a kite [two callbacks]"))

    wait_for(
        lambda: deliveries(plantain, run),
        lambda found: [each["status_code"] for each in found] == ["delivered"] * 2,
    )
    assert run_of(plantain, run.id) == run
    assert len(plantain.callbacks.health().received) == 1


def test_a_callback_that_is_sent_again_by_hand_is_taken_and_changes_nothing(
    polls_never: None, plantain: Services
):
    run = end_of(plantain, click(plantain, "a kite"))
    story = plantain.runs.story(run.id)

    for _ in range(3):
        ask(plantain, "POST", f"/v1/runs/{run.remote_id}/callback-redeliveries")

    wait_for(
        lambda: deliveries(plantain, run),
        lambda found: [each["status_code"] for each in found] == ["delivered"] * 4,
    )
    assert (run_of(plantain, run.id), plantain.runs.story(run.id)) == (run, story)
    assert plantain.callbacks.health().refusal_counts == []


def test_a_callback_before_the_answer_of_the_post_ends_the_run_when_the_answer_is_there(
    polls_never: None, plantain: Services, monkeypatch: pytest.MonkeyPatch
):
    create_run = Client.create_run

    def answered_after_the_callback(*args: Any, **more: Any) -> Any:
        accepted = create_run(*args, **more)
        wait_for(lambda: plantain.callbacks.health().received)
        return accepted

    monkeypatch.setattr(Client, "create_run", answered_after_the_callback)

    run = end_of(plantain, click(plantain, "a kite"))

    assert run.state is RunState.STORED


def test_the_secret_is_agreed_once_and_taken_up_after_a_restart(polls_never: None, tmp_path: Path):
    with plantain_at(tmp_path / "data") as services:
        end_of(services, click(services, "a kite"))

    with plantain_at(tmp_path / "data") as services:
        end_of(services, click(services, "another kite"))
        assert len(ask(services, "GET", "/v1/callback-secrets")["items"]) == 1
        proofs = [received.proof for received in services.callbacks.health().received]

    assert proofs == [Proof.CURRENT_SECRET] * 2


def test_a_run_of_a_second_process_is_told_of_where_it_is_looked_after(
    polls_never: None, tmp_path: Path
):
    with plantain_at(tmp_path / "data") as first:
        with plantain_at(tmp_path / "data") as second:
            assert not second.executes
            run_id = click(second, "a kite")
            assert second.callbacks.url_for(run_id) == first.callbacks.url_for(run_id)

        assert end_of(first, run_id).state is RunState.STORED


def test_a_callback_that_came_while_plantain_was_away_costs_only_time(tmp_path: Path):
    with plantain_at(tmp_path / "data") as services:
        run_id = click(services, "a kite [slow]")
        wait_for(lambda: run_of(services, run_id).state is RunState.ACCEPTED)

    with plantain_at(tmp_path / "data") as services:
        assert end_of(services, run_id).state is RunState.STORED


def test_the_address_is_sent_with_the_run_and_is_its_own(plantain: Services):
    run = run_of(plantain, click(plantain, "a kite"))

    sent = run.request_body.decode()
    address = plantain.callbacks.url_for(run.id)
    assert address is not None
    assert f'"callback_url":"{address}"' in sent
    assert urlsplit(address).path.startswith(f"{PATH}{run.id}.")
    assert plantain.runs.request_body(dict(run.input), client_ref=run.id) == run.request_body


def test_without_a_public_address_a_run_at_a_real_api_is_polled(tmp_path: Path, api: str):
    settings = Settings(
        plantain_data_dir=tmp_path / "real", runflow_api_key="rf_live_key", runflow_base_url=api
    )
    with open_services(settings, own_url="http://127.0.0.1:9") as services:
        run = end_of(services, click(services, "a kite"))

    assert run.state is RunState.STORED
    assert b"callback_url" not in run.request_body


def test_with_a_public_address_and_a_secret_a_run_at_a_real_api_is_told_of(
    polls_never: None, tmp_path: Path, api: str
):
    secret = ask_api(api, "POST", "/v1/callback-secrets")["plain_secret"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(
            plantain_data_dir=tmp_path / "real",
            runflow_api_key="rf_live_key",
            runflow_base_url=api,
            runflow_callback_secret=secret,
            plantain_public_url=f"http://127.0.0.1:{listener.getsockname()[1]}/",
        )
        with open_services(settings) as services, serving(services, listener):
            run = end_of(services, click(services, "a kite"))
            (received,) = services.callbacks.health().received
            files = [path.read_bytes() for path in (tmp_path / "real").glob("plantain.db*")]

    assert run.state is RunState.STORED
    assert received.proof is Proof.CURRENT_SECRET
    assert files
    assert not any(secret.encode() in file for file in files)


def test_without_a_secret_the_address_of_its_run_is_proof_enough(
    polls_never: None, tmp_path: Path, api: str
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(
            plantain_data_dir=tmp_path / "real",
            runflow_api_key="rf_live_key",
            runflow_base_url=api,
            plantain_public_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        )
        with open_services(settings) as services, serving(services, listener):
            run = end_of(services, click(services, "a kite"))
            (received,) = services.callbacks.health().received

    assert (run.state, received.proof) == (RunState.STORED, Proof.TOKEN)


def test_a_secret_that_was_changed_at_the_api_alone_costs_time_and_is_shown(
    tmp_path: Path, api: str
):
    ask_api(api, "POST", "/v1/callback-secrets")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(
            plantain_data_dir=tmp_path / "real",
            runflow_api_key="rf_live_key",
            runflow_base_url=api,
            runflow_callback_secret="whsec_of_last_year",
            plantain_public_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        )
        with open_services(settings) as services, serving(services, listener):
            run = end_of(services, click(services, "a kite"))
            (count,) = wait_for(lambda: services.callbacks.health().refusal_counts)

    assert run.state is RunState.STORED
    assert (count.reason, count.times) == ("wrong signature", 1)


def test_forged_callbacks_of_a_run_are_refused_and_the_true_one_ends_it(
    polls_never: None, plantain: Services
):
    run_id = click(plantain, "a kite [slow]")
    address = plantain.callbacks.url_for(run_id)
    assert address is not None
    wait_for(lambda: run_of(plantain, run_id).state is RunState.ACCEPTED)
    remote_id = run_of(plantain, run_id).remote_id
    forged = {"event": "run.failed", "run_id": remote_id, "status": "failed", "output": None}

    for headers in ({}, {"Runflow-Signature": "0" * 64}, {"Runflow-Signature": "x"}):
        assert httpx.post(address, json=forged, headers=headers, trust_env=False).status_code == 401

    assert end_of(plantain, run_id).state is RunState.STORED
    counts = {count.reason: count.times for count in plantain.callbacks.health().refusal_counts}
    assert counts == {"no signature": 1, "wrong signature": 1, "malformed signature": 1}

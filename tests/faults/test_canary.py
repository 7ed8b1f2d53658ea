"""The key is nowhere but in the request: not in a log, the database, a page, a file or a traceback."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import open_services
from lib.sandbox import child
from lib.settings import Settings
from tests.plantain_server import PlantainServer

KEY = "rf_live_canaryc4n4ry9f8e7d6c5b4a"
CANARY = KEY.encode()[:-4]
"""Without the last four characters, which the settings page shows."""
PROMPTS = [
    "a kite",
    "a kite [fail]",
    "a kite [no credit]",
    "a kite [garbage]",
    "a kite [lost answer]",
    "a kite [rate limited once]",
    "a kite [missing picture]",
]
PAGES = ["generate", "history", "costs", "settings"]
STEPS = 1_000
STEP_S = 0.05


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.1)
    yield sandbox.base_url
    sandbox.stop()


def files_with_the_key(folder: Path) -> list[str]:
    return [
        str(path) for path in folder.rglob("*") if path.is_file() and CANARY in path.read_bytes()
    ]


def test_the_key_is_in_no_file_and_no_log_whatever_the_api_answers(
    tmp_path: Path, api: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    settings = Settings(
        runflow_api_key=KEY,
        runflow_base_url=api,
        plantain_data_dir=tmp_path / "data",
        plantain_quiet_seconds=1.0,
    )
    pause = threading.Event()
    with open_services(settings) as services:
        for prompt in PROMPTS:
            services.runs.submit(
                "google/nano-banana-2",
                {"prompt": prompt, "resolution": "0.5K"},
                click_token=prompt,
                created_by="local",
            )
        for _ in range(STEPS):
            still_open = [run for run in services.runs.recent(limit=50) if run.is_open]
            if all("missing picture" in run.prompt for run in still_open):
                break
            pause.wait(STEP_S)
        assert KEY not in repr(services)
        assert files_with_the_key(tmp_path) == []

    assert files_with_the_key(tmp_path) == []
    assert CANARY.decode() not in caplog.text
    assert "POST" in caplog.text, "the log of the requests is not even there"


def test_the_key_is_on_no_page_and_in_no_answer_of_the_server(tmp_path: Path, api: str):
    environment = {"RUNFLOW_API_KEY": KEY, "RUNFLOW_BASE_URL": api}
    with PlantainServer(
        tmp_path / "data",
        arguments=["--server.enableAgentApi=true", "--logger.level=debug"],
        environment=environment,
    ) as plantain:
        seen = pages_as_an_agent_sees_them(plantain.url)
        assert files_with_the_key(tmp_path) == []

    assert KEY[-4:] in seen, "the settings page was not even drawn"
    assert CANARY.decode() not in seen
    assert files_with_the_key(tmp_path) == []


def test_a_start_that_fails_does_not_show_the_key(tmp_path: Path):
    environment = {"RUNFLOW_API_KEY": KEY, "PLANTAIN_TIMEZONE": "Mars/Olympus"}
    server = PlantainServer(tmp_path / "data", environment=environment)

    with pytest.raises(AssertionError, match="PLANTAIN_TIMEZONE"):
        server.__enter__()

    assert CANARY not in server.log.read_bytes()


def pages_as_an_agent_sees_them(url: str) -> str:
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        session = client.post("/_stcore/agent/interact", json={}).json()
        seen = [json.dumps(session)]
        make = {
            "session_id": session["session_id"],
            "widget_state": {"prompt": "a kite"},
            "trigger": {"key": "generate"},
        }
        seen.append(client.post("/_stcore/agent/interact", json=make).text)
        for page in PAGES:
            turn = {"session_id": session["session_id"], "page": page}
            seen.append(client.post("/_stcore/agent/interact", json=turn).text)
        seen.append(client.get("/").text)
    return "\n".join(seen)

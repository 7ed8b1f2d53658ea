"""The real server gives the sandbox its own address, and gets its callbacks there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.pages.conftest import wait_until
from tests.pages.test_agent_api import Agent
from tests.plantain_server import PlantainServer


def rows(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{folder / 'plantain.db'}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def test_a_run_that_is_made_on_the_page_is_told_of_by_a_signed_callback(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    flags = ["--server.enableAgentApi=true"]
    with (
        PlantainServer(folder, arguments=flags) as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http,
    ):
        agent = Agent(http)
        agent.do(widget_state={"prompt": "A paper boat on a pond", "resolution": "0.5K"})
        agent.do(trigger={"key": "generate"})
        wait_until(lambda: rows(folder, "SELECT 1 FROM callback"))
        ((run_id, request_body),) = rows(folder, "SELECT id, request_body FROM run")
        told = rows(folder, "SELECT run_id, event, proof FROM callback")
        code = agent.do(widget_state={"view": "JSON"})

    assert told == [(run_id, "run.completed", "current secret")]
    assert f'"callback_url":"{server.url}/callbacks/runflow/{run_id}.' in request_body.decode()
    assert f"{server.url}/callbacks/runflow/" in str(code)

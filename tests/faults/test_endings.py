"""Ctrl+C ends Plantain while everything around it hangs, and nothing is lost or paid for twice."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import open_services
from lib.domain.run import Run, RunState
from lib.sandbox import child
from lib.settings import Settings
from tests.faults.proxy import Fault, FaultProxy
from tests.faults.storm import wait_until
from tests.plantain_server import HOST, PlantainServer

CREATE = "POST /v1/models/"
HALF_A_REQUEST = (
    b"POST /_stcore/agent/interact HTTP/1.1\r\nHost: %s\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
LONGEST_S = 120.0


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[FaultProxy]:
    api = child.start(data_dir=tmp_path / "sandbox", seconds=0.1)
    with FaultProxy(api.base_url) as proxy:
        yield proxy
    api.stop()


def settings(folder: Path, proxy: FaultProxy) -> Settings:
    return Settings(
        runflow_api_key="rf_live_endings", runflow_base_url=proxy.base_url, plantain_data_dir=folder
    )


def click(folder: Path, proxy: FaultProxy) -> str:
    """Queue a run from a second process's place: the server carries it out."""
    with open_services(settings(folder, proxy)) as services:
        assert not services.executes
        values = {"prompt": "a kite", "resolution": "0.5K"}
        return services.runs.submit(
            "google/nano-banana-2", values, click_token="a click", created_by="local"
        )


def seen_to_its_end(folder: Path, proxy: FaultProxy, run_id: str) -> Run:
    with open_services(settings(folder, proxy)) as services:
        wait_until(lambda: not services.runs.find(run_id).is_open, LONGEST_S)
        return services.runs.find(run_id)


def test_ctrl_c_waits_for_nobody_who_hangs_and_the_next_start_goes_on(
    tmp_path: Path, proxy: FaultProxy
):
    folder = tmp_path / "data"
    key = {"RUNFLOW_API_KEY": "rf_live_endings", "RUNFLOW_BASE_URL": proxy.base_url}
    flags = ["--server.enableAgentApi=true"]
    proxy.plan(CREATE, Fault("swallow"))  # the API takes it, and its answer never comes
    with PlantainServer(folder, environment=key, arguments=flags) as server:
        run_id = click(folder, proxy)
        wait_until(lambda: any(CREATE in line for line in proxy.seen), LONGEST_S)
        proxy.wait_until_landed()
        with socket.create_connection((HOST, server.port)) as caller:
            caller.sendall(HALF_A_REQUEST % f"{HOST}:{server.port}".encode())

            code = server.end_by(signal.SIGINT, LONGEST_S)

    assert code == 128 + signal.SIGINT
    run = seen_to_its_end(folder, proxy, run_id)
    ledger = httpx.get(f"{proxy.upstream}/sandbox/ledger", trust_env=False).json()
    assert run.state is RunState.STORED
    assert [charge["client_ref"] for charge in ledger["charges"]] == [run_id]
    assert sum(line.startswith(CREATE) for line in proxy.seen) == 1

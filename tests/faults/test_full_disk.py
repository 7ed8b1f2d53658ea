"""A disk that other programs fill to the last byte takes nothing that was paid for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.sandbox import child
from tests.faults.full_disk import BALLAST, RUNS
from tests.faults.small_disk import MISSING, namespace, on_a_small_disk
from tests.pages.conftest import wait_until
from tests.pages.test_agent_api import Agent, nodes
from tests.plantain_server import PlantainServer

ROOT = Path(__file__).parents[2]
DISK_MB = 40
LONGEST_S = 280
SERVERS_DISK_MB = 270
FILLER_BYTES = 110_000_000

pytestmark = pytest.mark.skipif(namespace() is None, reason=MISSING)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=1.0)
    yield sandbox.base_url
    sandbox.stop()


def live(tmp_path: Path, api: str, scenario: str) -> tuple[dict[str, Any], str]:
    """What a Plantain saw whose disk was filled, and what it said on standard error."""
    folder = tmp_path / "data"
    folder.mkdir()
    program = [sys.executable, "-m", "tests.faults.full_disk", scenario, str(folder), api]
    done = subprocess.run(
        on_a_small_disk(folder, DISK_MB, program),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def charges(api: str, run_ids: list[str]) -> list[int]:
    """How often each run was charged."""
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()["charges"]
    return [sum(charge["client_ref"] == run_id for charge in ledger) for run_id in run_ids]


def test_an_acceptance_on_a_full_disk_is_noted_in_the_room_of_the_ballast(tmp_path: Path, api: str):
    seen, said = live(tmp_path, api, "acceptance")

    assert seen["noted"]
    assert seen["states"] == ["queued", "sending", "accepted"], "there was no doubt in between"
    assert seen["ballast_missing"] == BALLAST
    assert "Make room" in seen["why_not"]
    assert (seen["ends"], seen["fences"]) == (["stored"], [1])
    assert seen["ballast_restored"]
    assert seen["fit"]
    assert charges(api, seen["run_ids"]) == [1]
    assert "room that was kept for this is given back" in said


def test_pictures_on_a_full_disk_come_when_there_is_room_again(tmp_path: Path, api: str):
    seen, said = live(tmp_path, api, "pictures")

    assert seen["at_the_api"]
    assert seen["held_up"]
    assert seen["read"] == RUNS
    assert seen["ends"] == ["stored"] * RUNS
    assert seen["fences"] == [1] * RUNS
    assert seen["ballast_restored"]
    assert seen["fit"]
    assert charges(api, seen["run_ids"]) == [1] * RUNS
    assert "Traceback" not in said, said[-3000:]


class ServerOnASmallDisk(PlantainServer):
    """Plantain's real server, its data folder a small disk that the test can fill."""

    def _command(self) -> list[str]:
        return on_a_small_disk(self.data_dir, SERVERS_DISK_MB, super()._command())

    @property
    def filler(self) -> Path:
        """The other program's file, seen from outside of the server's namespace."""
        return Path(f"/proc/{self.pid}/root{self.data_dir}/filler")


def fill(server: ServerOnASmallDisk) -> None:
    with server.filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, FILLER_BYTES)


def told(http: httpx.Client) -> tuple[int, list[str]]:
    """What a monitor gets to know."""
    answer = http.get("/plantain/health")
    return answer.status_code, [problem["code"] for problem in answer.json()["problems"]]


def test_a_server_on_a_disk_that_is_nearly_full_says_so_and_makes_no_run(tmp_path: Path):
    flags = ["--server.enableAgentApi=true"]
    with (
        ServerOnASmallDisk(tmp_path / "data", arguments=flags) as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http,
    ):
        agent = Agent(http)
        assert told(http) == (200, [])

        fill(server)

        assert told(http) == (503, ["low_disk"])
        page = agent.do(widget_state={"prompt": "A kite", "resolution": "0.5K"})
        assert "MB left; 200 MB are kept" in str(page)
        (generate,) = [node for node in nodes(page) if node.get("key") == "generate"]
        assert generate["props"]["disabled"] is True
        assert "generate" not in [action["key"] for action in page["actions"]]
        refused = http.post(
            "/_stcore/agent/interact",
            json={"session_id": agent._id, "trigger": {"key": "generate"}},
        )
        assert refused.json()["error"]["code"] == "disabled_widget"

        server.filler.unlink()

        assert told(http) == (200, [])
        agent.do()
        agent.do(trigger={"key": "generate"})
        wait_until(lambda: "'Done'" in str(agent.do()))

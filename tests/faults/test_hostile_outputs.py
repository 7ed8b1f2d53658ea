"""Whatever a run's pictures turn out to be: refused or put aside, paid all the same, nothing inside read."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib.domain.run import RunState
from tests.faults.api_in_memory import COST_MICROS
from tests.faults.hostile_child import NAMES
from tests.faults.hostile_files import Sent, hostile_files, storage
from tests.faults.small_plantain import prepare_template
from tests.runflow.test_download_places import BLOCKED_URLS
from tests.runflow.test_public_address import INSIDE

ROOT = Path(__file__).parents[2]
MOST_MB = 400
LONGEST_S = 200

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the memory of a process is read from Linux's /proc"
)


def https(address: str) -> str:
    return (
        f"https://[{address.replace('%', '%25')}]/x" if ":" in address else f"https://{address}/x"
    )


TRICKS = [*BLOCKED_URLS, *map(https, INSIDE), *(f"https://{name}/x" for name in NAMES)]


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of one run for each hostile file, each trick, and each redirect to a trick."""
    folder = tmp_path_factory.mktemp("hostile")
    files = hostile_files() | {
        f"redirect {number}": Sent(status=302, headers={"Location": trick})
        for number, trick in enumerate(TRICKS)
        if ":" in trick
    }
    files["redirect and rebinding"] = Sent(
        status=302, headers={"Location": "https://rebinding.example/x"}
    )
    with storage(files) as base_url, socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        urls = {name: f"{base_url}/{name.replace(' ', '%20')}" for name in files}
        urls |= {f"trick {number}": trick for number, trick in enumerate(TRICKS)}
        urls["this machine"] = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        given = {
            "folder": str(folder / "data"),
            "template": str(prepare_template(folder)),
            "base_url": base_url,
            "canary_port": canary.getsockname()[1],
            "urls": urls,
        }
        said = subprocess.run(
            [sys.executable, "-m", "tests.faults.hostile_child"],
            cwd=ROOT,
            input=json.dumps(given) + "\n",
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert said.returncode == 0, said.stderr[-3000:]
        return json.loads(said.stdout) | {"visitors": visitors(canary)}


def visitors(canary: socket.socket) -> int:
    """How many connections nobody should have made."""
    count = 0
    while True:
        try:
            canary.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_every_run_keeps_what_it_has_cost(met: dict[str, Any]):
    unpaid = {name: run for name, run in met["runs"].items() if run["cost"] != COST_MICROS}

    assert unpaid == {}


def test_only_whole_pictures_are_shown_and_all_others_are_put_aside_or_refused(met: dict[str, Any]):
    for name, run in met["runs"].items():
        is_shown = run["state"] == RunState.STORED and run["problems"] == [None]
        is_aside = run["state"] == RunState.STORED and run["problems"][0]
        assert (
            is_shown if name.startswith("whole") else is_aside or run["state"] == RunState.PARKED
        ), (
            name,
            run,
        )


def test_no_address_inside_is_ever_connected(met: dict[str, Any]):
    assert len(set(TRICKS)) >= 60
    refused = [run for name, run in met["runs"].items() if name.startswith(("trick", "redirect"))]
    assert len(refused) > 2 * len(TRICKS) - 20
    assert {run["state"] for run in refused} == {RunState.PARKED}
    # The first look-up of the name that rebinds is public: a connection is begun to that address.
    assert set(met["meant"]) <= {"93.184.216.34:443"}
    assert met["visitors"] <= len(met["meant"])


def test_the_process_stays_small(met: dict[str, Any]):
    sys.stdout.write(f"\n{len(met['runs'])} hostile outputs, at most {met['peak_mb']:.0f} MB\n")
    assert met["peak_mb"] < MOST_MB

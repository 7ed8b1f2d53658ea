"""Every fault of the network, at every place of a run's conversation: paid once, and it ends."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
import stamina

from lib.domain.run import CostBasis, RunState
from lib.sandbox import child
from tests.faults.networked_plantain import NetworkedPlantain
from tests.faults.proxy import Fault, FaultProxy
from tests.faults.small_plantain import prepare_template

AT_A_TIME = 4
"""Faults take their time, most of it waiting: so many are tried side by side, each on files of its own."""

POST, LIST, GET = "POST /v1/models/", "GET /v1/runs?", "GET /v1/runs/"
ANSWER_BYTES = (0, 1, 12, 40, 200, 600)
"""Nothing; within the status; its end; within the headers; between them; within the body."""
REQUEST_BYTES = (0, 1, 30, 200, 500)
FAULTS = [
    Fault("latency", seconds=0.2),
    Fault("black hole"),
    Fault("twice"),
    Fault("bad gateway"),
    Fault("drip", at=97, seconds=0.001),
    Fault("slow accept", seconds=0.3),
    *(Fault("reset", at=at) for at in ANSWER_BYTES),
    *(Fault("half close", at=at) for at in ANSWER_BYTES),
    *(Fault("swallow", at=at) for at in (0, 40, 600)),
    *(Fault("cut request", at=at) for at in REQUEST_BYTES),
]


@pytest.fixture(autouse=True)
def _no_waiting_between_tries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture(scope="module")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    api = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.0)
    yield api.base_url
    api.stop()


@dataclass
class Lanes:
    """Plantains side by side at one API. `picture_path` is how the requests for a picture begin."""

    sandbox_url: str
    forgets_keys: bool
    plantains: list[NetworkedPlantain]
    picture_path: str

    def try_all(self, what: str, faults: list[Fault]) -> list[str]:
        """One run for each fault; what is wrong with them."""
        with ThreadPoolExecutor(len(self.plantains)) as pool:
            begun = [
                pool.submit(self._try, plantain, what, faults[lane :: len(self.plantains)])
                for lane, plantain in enumerate(self.plantains)
            ]
        return [line for lane in begun for line in lane.result()]

    def _try(self, plantain: NetworkedPlantain, what: str, faults: list[Fault]) -> list[str]:
        wrong = [self._try_one(plantain, what, fault) for fault in faults]
        return [line for line in wrong if line is not None]

    def _try_one(self, plantain: NetworkedPlantain, what: str, fault: Fault) -> str | None:
        lines = {"post": POST, "list": LIST, "get": GET, "download": self.picture_path}
        plantain.proxy.clear()
        if what == "list":
            plantain.proxy.plan(POST, Fault("reset"))  # only a doubt makes us list
        plantain.proxy.plan(lines[what], fault)

        run = plantain.bring_to_its_end(plantain.click(f"{what} {fault}"))

        for picture in run.pictures:
            plantain.originals.verify(picture.sha256)
        paid = charges(self.sandbox_url, run.id)
        ends_well = run.state is RunState.STORED and run.cost_basis is CostBasis.CONFIRMED
        if ends_well and paid == [run.cost_micros]:
            return None
        return f"{fault}: {run.state} ({run.note}), paid {paid}, cost {run.cost_micros}"


@pytest.fixture(scope="module", params=[True, False], ids=["keys forgotten", "keys kept"])
def lanes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sandbox_url: str
) -> Iterator[Lanes]:
    template = prepare_template(tmp_path_factory.mktemp("template"))
    plantains = []
    with ExitStack() as stack:
        for _ in range(AT_A_TIME):
            folder = tmp_path_factory.mktemp("data")
            shutil.copy(template, folder / "plantain.db")
            proxy = stack.enter_context(FaultProxy(sandbox_url, forgets_keys=request.param))
            plantains.append(NetworkedPlantain(folder, proxy))
            stack.callback(plantains[-1].close)
        yield Lanes(sandbox_url, request.param, plantains, beginning_of_a_download(plantains[0]))


def beginning_of_a_download(plantain: NetworkedPlantain) -> str:
    """As the sandbox spells its links."""
    assert plantain.bring_to_its_end(plantain.click("the first")).state is RunState.STORED
    *_, download = plantain.proxy.seen
    method, target, _ = download.split(" ")
    return f"{method} /{urlsplit(target).path.split('/')[1]}/"


def charges(sandbox_url: str, run_id: str) -> list[int]:
    ledger = httpx.get(f"{sandbox_url}/sandbox/ledger", trust_env=False).json()
    return [x["amount_micros"] for x in ledger["charges"] if x["client_ref"] == run_id]


def faults_for(*, forgets_keys: bool) -> list[Fault]:
    """All of them for an API that forgets its keys; one of a kind for one that keeps them.

    A request that the network itself doubles is paid twice by an API that keeps no keys: nobody
    but such an API could help that.
    """
    if forgets_keys:
        return [fault for fault in FAULTS if fault.kind != "twice"]
    return list({fault.kind: fault for fault in FAULTS}.values())


@pytest.mark.parametrize("what", ["post", "list", "get", "download"])
def test_a_fault_costs_time_and_never_a_second_charge(lanes: Lanes, what: str):
    assert lanes.try_all(what, faults_for(forgets_keys=lanes.forgets_keys)) == []

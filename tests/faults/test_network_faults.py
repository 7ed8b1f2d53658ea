"""Every fault of the network, at every place of a run's conversation: paid once, and it ends."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import stamina

from lib.domain.errors import ApiError
from lib.domain.run import CostBasis, Run, RunState
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.runflow.secret import Secret
from lib.sandbox import child
from lib.services.keeping import Keeping
from lib.services.pace import Pace, ProtocolTimes
from lib.services.runs import RunService
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.records import Records
from tests.faults.proxy import Fault, FaultProxy
from tests.faults.small_plantain import (
    MODEL,
    MovedClock,
    QueueInTheFile,
    open_quickly,
    prepare_template,
)

ROUNDS = 400
READ_TIMEOUT_S = 0.4
ORIGIN = "sandbox"

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


class NetworkedPlantain:
    """The real parts and sockets; only the clock is set, and never passes over a request."""

    def __init__(self, folder: Path, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self.clock = MovedClock()
        self.database = open_quickly(folder / "plantain.db")
        ledger, self.records = Ledger(self.database, self.clock), Records(self.database)
        self.originals = FolderOriginals(folder / "pictures")
        self.client = Client(
            proxy.base_url, Secret("rf_live_faults"), read_timeout_s=READ_TIMEOUT_S
        )
        downloads = Downloads(api_base_url=proxy.base_url, read_timeout_s=READ_TIMEOUT_S)
        thumbnails = FolderThumbnails(folder / "thumbnails", self.originals)
        keeping = Keeping(downloads, self.originals, thumbnails, threading.Lock())
        parts = {
            "ledger": ledger,
            "records": self.records,
            "client": self.client,
            "pace": Pace(self.clock, ProtocolTimes()),
        }
        self.submission = Submission(**parts, origin=ORIGIN, on_accepted=lambda _: None)
        self.settlement = Settlement(**parts, keeping=keeping)
        self.runs = RunService(
            ledger=ledger,
            records=self.records,
            drafts=Drafts(self.database, self.clock),
            engine=QueueInTheFile(),
            origin=ORIGIN,
        )

    def click(self, name: str) -> str:
        values = {"prompt": f"a red kite, {name}", "resolution": "0.5K"}
        return self.runs.submit(MODEL, values, click_token=name, created_by="local")

    def bring_to_its_end(self, run_id: str) -> Run:
        for _ in range(ROUNDS):
            run = self.records.find(run_id)
            if not run.is_open:
                break
            pause = self.submission.advance(run_id)
            try:
                self.settlement.look(run_id)
            except ApiError:
                pause = 1.0
            # The protocol's quiet time is longer than any request of ours is on its way.
            self.proxy.wait_until_landed()
            self.clock.pass_s(min(max(pause or 0.0, 0.5), 10.0))
        return run

    def close(self) -> None:
        self.client.close()
        self.database.dispose()


@pytest.fixture(autouse=True)
def _no_waiting_between_tries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture(scope="module")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    api = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.0)
    yield api.base_url
    api.stop()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="module", params=[True, False], ids=["keys forgotten", "keys kept"])
def plantain(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    sandbox_url: str,
    template: Path,
) -> Iterator[NetworkedPlantain]:
    folder = tmp_path_factory.mktemp("data")
    shutil.copy(template, folder / "plantain.db")
    with FaultProxy(sandbox_url, forgets_keys=request.param) as proxy:
        plantain = NetworkedPlantain(folder, proxy)
        yield plantain
        plantain.close()


@pytest.fixture(scope="module")
def picture_path(plantain: NetworkedPlantain) -> str:
    """The beginning of the request for a picture, as the sandbox spells its links."""
    plantain.proxy.seen.clear()
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
def test_a_fault_costs_time_and_never_a_second_charge(
    plantain: NetworkedPlantain, sandbox_url: str, picture_path: str, what: str
):
    wrong = []
    lines = {"post": POST, "list": LIST, "get": GET, "download": picture_path}
    for fault in faults_for(forgets_keys=plantain.proxy.forgets_keys):
        plantain.proxy.clear()
        if what == "list":
            plantain.proxy.plan(POST, Fault("reset"))  # only a doubt makes us list
        plantain.proxy.plan(lines[what], fault)

        run = plantain.bring_to_its_end(plantain.click(f"{what} {fault}"))

        paid = charges(sandbox_url, run.id)
        ends_well = run.state is RunState.STORED and run.cost_basis is CostBasis.CONFIRMED
        if not ends_well or paid != [run.cost_micros]:
            wrong.append(f"{fault}: {run.state} ({run.note}), paid {paid}, cost {run.cost_micros}")
        for picture in run.pictures:
            plantain.originals.verify(picture.sha256)
    assert wrong == []

"""Plantain's real parts and sockets with a proxy that breaks their connections; the clock is set."""

import threading
from pathlib import Path

from lib.domain.errors import ApiError
from lib.domain.run import Run
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.runflow.secret import Secret
from lib.services.keeping import Keeping
from lib.services.pace import Pace, ProtocolTimes
from lib.services.runs import RunService
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.records import Records
from tests.faults.proxy import FaultProxy
from tests.faults.small_plantain import MODEL, QueueInTheFile, open_quickly
from tests.set_clock import SetClock

ROUNDS = 400
READ_TIMEOUT_S = 0.4
ORIGIN = "sandbox"


class NetworkedPlantain:
    """The real parts and sockets; only the clock is set, and never passes over a request."""

    def __init__(self, folder: Path, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self.clock = SetClock()
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

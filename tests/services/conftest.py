"""A run's life without DBOS: the real ledger, client and rules, on a clock that tests set."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import stamina

from lib.domain.run import Run, RunState
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.runflow.secret import Secret
from lib.services.keeping import Keeping
from lib.services.pace import Pace, ProtocolTimes
from lib.services.runs import request_body
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.store.database import Database, open_database
from lib.store.entries import NewRun
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from tests.services.scripted_api import ScriptedApi, serve
from tests.set_clock import SetClock

INPUT = {"prompt": "a red kite", "resolution": "1K", "num_images": 1}
ENOUGH_STEPS = 400


@dataclass
class World:
    """All that a run meets on its way."""

    clock: SetClock
    ledger: Ledger
    records: Records
    client: Client
    pace: Pace
    submission: Submission
    settlement: Settlement
    originals: FolderOriginals
    accepted: list[str]
    database: Database

    def click(
        self,
        run_id: str = "01-run",
        token: str | None = None,
        *,
        price_version: str = "nano-banana-2/2026-04-13",
    ) -> str:
        body = request_body(INPUT, client_ref=run_id)
        new = NewRun(
            id=run_id,
            origin="sandbox",
            model_id="google/nano-banana-2",
            created_by="local",
            click_token=token or run_id,
            input=INPUT,
            request_body=body,
            request_sha256="0" * 64,
            estimate_micros=80_000,
            price_version=price_version,
        )
        return self.ledger.add(new, lambda _db, _run_id: None)

    def run(self, run_id: str = "01-run") -> Run:
        run = self.records.find(run_id)
        assert run is not None
        return run

    def send(self, run_id: str = "01-run", *, for_s: float = 3600.0) -> Run:
        """Let the run go on, waiting as it asks, until the API has it or it has ended."""
        until = self.clock.since_start_s + for_s
        for _ in range(ENOUGH_STEPS):
            pause = self.submission.advance(run_id)
            if pause is None or self.run(run_id).state is RunState.ACCEPTED:
                break
            if self.clock.since_start_s + pause > until:
                break
            self.clock.pass_s(pause)
        return self.run(run_id)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new ledger, of the newest version."""
    engine = open_database(tmp_path / "plantain.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def no_waiting_between_tries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    api = ScriptedApi()
    server, thread = serve(api)
    yield api
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def world(tmp_path: Path, clock: SetClock, api: ScriptedApi) -> Iterator[World]:
    database = open_database(tmp_path / "plantain.db")
    migrate(database)
    ledger, records, pace = Ledger(database, clock), Records(database), Pace(clock, ProtocolTimes())
    originals = FolderOriginals(tmp_path / "pictures")
    thumbnails = FolderThumbnails(tmp_path / "thumbnails", originals)
    downloads = Downloads(api_base_url=api.base_url)
    keeping = Keeping(downloads, originals, thumbnails, threading.Semaphore(1))
    accepted: list[str] = []
    with Client(api.base_url, Secret("rf_live_test"), read_timeout_s=2.0) as client:
        parts = {"ledger": ledger, "records": records, "client": client, "pace": pace}
        submission = Submission(**parts, origin="sandbox", on_accepted=accepted.append)
        settlement = Settlement(**parts, keeping=keeping)
        yield World(
            *(clock, ledger, records, client, pace, submission, settlement, originals, accepted),
            database=database,
        )
    database.dispose()

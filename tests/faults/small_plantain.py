"""Plantain's ledger and rules without a network, on a clock that is set; it can die anywhere.

What is real: the database file, the ledger, Submission, Doubt, Settlement, Keeping, the picture
folder and RunService. What is not: the API (`ApiInMemory`), the clock, and DBOS, in whose place a
table of the same file keeps what is queued.
"""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.callback import SigningSecrets
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.services.callbacks import CallbackService
from lib.services.decisions import DecisionService
from lib.services.keeping import Keeping
from lib.services.pace import Pace, ProtocolTimes
from lib.services.room import Room
from lib.services.runs import RunService
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.store.database import open_database
from lib.store.day_sums import sum_by_day
from lib.store.decisions import Decisions
from lib.store.drafts import Drafts
from lib.store.inbox import Inbox
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from tests.faults.api_in_memory import ApiInMemory, Died
from tests.set_clock import SetClock

ORIGIN = "sandbox"
MODEL = "google/nano-banana-2"
OPEN_RUNS = 3
ZONE = ZoneInfo("America/Havana")
WRITES = ("add", "intend", "accept", "refuse", "wait_to_send", "lose_answer", "ask_in_vain")
WRITES += ("note", "finish")
DECISIONS = ("take_up", "adopt", "note_denial", "give_up", "undo")
QUEUE = "CREATE TABLE stand_in_queue (run_id TEXT PRIMARY KEY)"


class QueueInTheFile:
    """In the engine's place: what is queued is a row, written in the click's own transaction."""

    def enqueue(self, db: sa.Connection, run_id: str) -> None:
        db.execute(sa.text("INSERT INTO stand_in_queue VALUES (:id)"), {"id": run_id})

    def enqueue_again(self, db: sa.Connection, run_id: str) -> None:
        db.execute(sa.text("INSERT OR IGNORE INTO stand_in_queue VALUES (:id)"), {"id": run_id})

    def wait_until_open(self) -> None:
        """A table is always open."""

    def look_again(self, _run_id: str) -> None:
        """Nothing waits here: tests call `advance` themselves."""


@dataclass
class Mortality:
    """Before or after which of the coming writes the process is killed; None: it lives."""

    writes_left: int | None = None
    freeze_s: float = 0.0

    def point(self) -> None:
        if self.writes_left is None:
            return
        self.writes_left -= 1
        if self.writes_left < 0:
            self.writes_left = None
            raise Died


class SmallPlantain:
    """One process's parts on a folder. After `Died`, call `restart`.

    `secrets` are what the settings say at the next start, `hinted` the runs that callbacks were
    about, `asked_again` the parked ones.
    """

    def __init__(self, folder: Path, api: ApiInMemory, clock: SetClock) -> None:
        self.folder = folder
        self.api = api
        self.clock = clock
        self.mortality = Mortality()
        self.secrets = SigningSecrets()
        self._open()

    def _open(self) -> None:
        self.database = open_quickly(self.folder / "plantain.db")
        self.ledger = self._mortal(Ledger(self.database, self.clock))
        decisions = Decisions(self.database, self.clock)
        for name in DECISIONS:
            setattr(decisions, name, self._deadly(getattr(decisions, name)))
        self.records = Records(self.database)
        self.originals = FolderOriginals(self.folder / "pictures")
        thumbnails = FolderThumbnails(self.folder / "thumbnails", self.originals)
        keeping = Keeping(self.api, self.originals, thumbnails, threading.Lock())  # type: ignore[arg-type]
        parts: dict[str, Any] = {
            "ledger": self.ledger,
            "records": self.records,
            "client": self.api,
            "pace": Pace(self.clock, ProtocolTimes()),
        }
        self.callbacks = self._callbacks()
        self.submission = Submission(
            **parts,
            origin=ORIGIN,
            on_accepted=self.callbacks.accepted,
            room=Room(self.records, origin=ORIGIN, most=OPEN_RUNS),
        )
        self.settlement = Settlement(**parts, keeping=keeping)
        self.runs = RunService(
            ledger=self.ledger,
            records=self.records,
            drafts=Drafts(self.database, self.clock),
            engine=QueueInTheFile(),  # type: ignore[arg-type]
            origin=ORIGIN,
            callback_url=self.callbacks.url_for,
        )
        self.decisions = DecisionService(
            decisions=decisions,
            records=self.records,
            client=self.api,  # type: ignore[arg-type]
            engine=QueueInTheFile(),  # type: ignore[arg-type]
            clock=self.clock,
            origin=ORIGIN,
        )

    def _callbacks(self) -> CallbackService:
        inbox = Inbox(self.database, origin=ORIGIN)
        inbox.put = self._deadly(inbox.put)  # type: ignore[method-assign]
        callbacks = CallbackService(
            inbox=inbox,
            records=self.records,
            clock=self.clock,
            origin=ORIGIN,
            public_url="https://plantain.example",
            installation_secret="of this installation",
            secrets=self.secrets,
        )
        self.hinted: list[str] = []
        self.asked_again: list[str] = []
        callbacks.start(self.hinted.append, ask_again=self.asked_again.append)
        return callbacks

    def _mortal(self, ledger: Ledger) -> Ledger:
        for name in WRITES:
            setattr(ledger, name, self._deadly(getattr(ledger, name)))
        may_send = ledger.may_send

        def frozen(attempt: Any) -> bool:
            answer = may_send(attempt)
            self.clock.pass_s(self.mortality.freeze_s)
            self.mortality.freeze_s = 0.0
            return answer

        ledger.may_send = frozen  # type: ignore[method-assign]
        return ledger

    def _deadly(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def calling(*args: Any, **kwargs: Any) -> Any:
            self.mortality.point()
            result = call(*args, **kwargs)
            self.mortality.point()
            return result

        return calling

    def restart(self) -> None:
        """Drop everything that is in memory and open the same files."""
        self.close()
        self.mortality = Mortality()
        self._open()

    def close(self) -> None:
        self.database.dispose()


@cache
def open_quickly(path: Path) -> sa.Engine:
    """The real database without waiting for the disk: processes die here, the power stays on.

    One for each path in this process, however often it is disposed of: it would compile all its
    queries anew.
    """
    database = open_database(path)

    @sa.event.listens_for(database, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous = off")

    return database


def prepare_template(folder: Path) -> Path:
    """An empty, migrated database to begin each history with."""
    path = folder / "template.db"
    database = open_quickly(path)
    migrate(database)
    sum_by_day(database, ZONE)
    with database.begin() as db:
        db.exec_driver_sql(QUEUE)
    with database.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


def begin(template: Path, folder: Path) -> None:
    """A data folder as new. The file of an earlier one is written over: its engine knows no other."""
    for entry in folder.glob("*"):
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "plantain.db":
            entry.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, folder / "plantain.db")

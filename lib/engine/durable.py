"""Durable runs on DBOS: each queued run is carried on until it has ended, also after a crash.

DBOS remembers which runs are under way and takes them up again. What a run has been through stands
in the ledger alone: `advance` reads it and does what is next, so it is safe to call again. Only a
run's id is handed to DBOS; its tables hold no prompt, no key and no address.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

QUEUE = "runs"
WORKFLOW = "live"
AGAIN = "+"
"""Stands between a run's id and a mark of its own in the name of a second workflow for it."""

# DBOS takes up only the work of its own version, which by default changes with the code. What `live`
# does stands in the ledger, so an old run is carried on by new code.
VERSION = "1"
EXECUTOR_ID = "plantain"
QUEUE_POLL_S = 0.1
PAUSE_AFTER_ERROR_S = 5.0
LAST_ANSWERS_S = 8.0
"""How long `stop` waits for the answer to what has just been sent."""

Advance = Callable[[str], float | None]
"""Does what is next for a run; the seconds to wait before the next call, None when it has ended."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The engine was stopped while the run was under way; the next start goes on with it."""


# DBOS keeps its workflows in a registry of the process, so the engine that they call is there too.
_engine: "Engine | None" = None


@DBOS.workflow(name=WORKFLOW)
def live(run_id: str) -> None:
    """A run's life, from the queue to its end."""
    if _engine is None:
        raise Stopped
    _engine.carry_on(run_id)


class Engine:
    """Executes runs, at most `open_runs` at a time. One is started in a process at a time."""

    def __init__(self, database: sa.Engine, *, open_runs: int) -> None:
        self._database = database
        self._open_runs = open_runs
        self._client: DBOSClient | None = None
        self._advance: Advance | None = None
        self._under_way: dict[str, threading.Event] = {}
        self._changed = threading.Condition()
        self._is_stopped = False

    @property
    def executes(self) -> bool:
        """Whether this process carries runs on, or leaves that to another."""
        return self._advance is not None

    def start(self, advance: Advance) -> None:
        """Take up what was under way and wait for more."""
        global _engine
        _engine = self
        self._advance = advance
        DBOS(
            config={
                "name": "plantain",
                "application_version": VERSION,
                "executor_id": EXECUTOR_ID,
                "log_level": "WARNING",
                "system_database_engine": self._database,
                "serializer": DBOSPortableJSONSerializer(),
            }
        )
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._open_runs, polling_interval_sec=QUEUE_POLL_S
        )
        self.open_queue()

    def open_queue(self) -> None:
        """Make `enqueue` usable, also in a process that does not execute."""
        self._client = DBOSClient(
            system_database_engine=self._database, serializer=DBOSPortableJSONSerializer()
        )

    def stop(self) -> None:
        """Leave what is under way where it is; the next start goes on with it.

        Waits for LAST_ANSWERS_S at most, so that a request just sent can be answered and noted.
        """
        global _engine
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self.executes:
            # After this DBOS records nothing more, so what is interrupted below stays under way.
            # It would say so at length, once for each run.
            logging.getLogger("dbos").setLevel(logging.CRITICAL)
            DBOS.destroy()
            _engine = None
        with self._changed:
            self._is_stopped = True
            for wake in self._under_way.values():
                wake.set()
            self._changed.wait_for(lambda: not self._under_way, LAST_ANSWERS_S)
        self._advance = None

    def carry_on(self, run_id: str) -> None:
        """Call `advance` until the run has ended. Raises Stopped when the engine is stopped."""
        wake = threading.Event()
        with self._changed:
            self._under_way[run_id] = wake
        try:
            while (pause := self._next_pause(run_id)) is not None:
                wake.wait(pause)
                wake.clear()
        finally:
            with self._changed:
                if self._under_way.get(run_id) is wake:
                    del self._under_way[run_id]
                self._changed.notify_all()

    def _next_pause(self, run_id: str) -> float | None:
        advance = self._advance
        if self._is_stopped or advance is None:
            raise Stopped
        try:
            return advance(run_id)
        except Exception:
            # A run's life goes on, whatever one step met: a full disk, a lock, a mistake of ours.
            log.exception("run %s: a step of its life failed and will be taken again", run_id)
            return PAUSE_AFTER_ERROR_S

    def revive(self, run_ids: Iterable[str]) -> list[str]:
        """Queue those of the open `run_ids` anew that nothing carries on, and return them.

        They lost their place with a restored file, or because they came up in too many crashes.
        """
        under_way = {
            status.workflow_id.partition(AGAIN)[0]
            for status in DBOS.list_workflows(
                status=["ENQUEUED", "PENDING", "DELAYED"], load_input=False, load_output=False
            )
        }
        lost = [run_id for run_id in run_ids if run_id not in under_way]
        for run_id in lost:
            with self._database.begin() as db:
                self._enqueue(db, run_id, workflow_id=f"{run_id}{AGAIN}{uuid.uuid4().hex}")
        return lost

    def enqueue(self, db: sa.Connection, run_id: str) -> None:
        """Queue a run within the transaction of `db`: it is queued when that commits, else not."""
        self._enqueue(db, run_id, workflow_id=run_id)

    def _enqueue(self, db: sa.Connection, run_id: str, *, workflow_id: str) -> None:
        if self._client is None:
            raise RuntimeError("the engine's queue is not open")
        self._client.enqueue_in_transaction(
            db,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": workflow_id,
                "app_version": VERSION,
            },
            run_id,
        )

    def look_again(self, run_id: str) -> None:
        """Wake a run that waits. Harmless when it does not."""
        wake = self._under_way.get(run_id)
        if wake is not None:
            wake.set()

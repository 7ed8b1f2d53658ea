"""Durable runs on DBOS: `advance` is called for each queued run until nothing is left to do.

DBOS remembers which runs are under way and takes them up again after a crash. It calls a step at
least once, so `advance` must be safe to call again: it reads the ledger and does what is next.
Only a run's id is handed to DBOS; its tables hold no prompt, no key and no address.
"""

import logging
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

QUEUE = "runs"
LOOK = "look"
WORKFLOW = "live"

# DBOS takes up only the work of its own version, which by default changes with the code. Raise this
# by hand, and only when `live` itself changes the order of its steps.
VERSION = "1"
EXECUTOR_ID = "plantain"
QUEUE_POLL_S = 0.1
LISTEN_POLL_S = 0.2
PAUSE_AFTER_ERROR_S = 5.0

Advance = Callable[[str], float | None]
"""Does what is next for a run; the seconds to wait before the next call, None when it has ended."""

log = logging.getLogger(__name__)


def _not_started(run_id: str) -> float | None:
    raise RuntimeError(f"run {run_id} came up before the engine was started")


# DBOS keeps its workflows in a registry of the process, so what they call is the process's too.
_advance: Advance = _not_started


@DBOS.step(name="advance")
def advance(run_id: str) -> float | None:
    """One step of a run's life. An error is logged and the step tried again a little later."""
    try:
        return _advance(run_id)
    except Exception:
        log.exception("run %s: a step of its life failed and will be taken again", run_id)
        return PAUSE_AFTER_ERROR_S


@DBOS.workflow(name=WORKFLOW)
def live(run_id: str) -> None:
    """A run's life, from the queue to its end."""
    while (pause := advance(run_id)) is not None:
        if pause > 0:
            DBOS.recv(LOOK, timeout_seconds=pause)


class Engine:
    """Executes runs, at most `open_runs` at a time. One is started in a process at a time."""

    def __init__(self, database: sa.Engine, *, open_runs: int) -> None:
        self._database = database
        self._open_runs = open_runs
        self._client: DBOSClient | None = None
        self._executes = False

    @property
    def executes(self) -> bool:
        """Whether this process carries runs on, or leaves that to another."""
        return self._executes

    def start(self, advance: Advance) -> None:
        """Take up what was under way and wait for more."""
        global _advance
        _advance = advance
        DBOS(
            config={
                "name": "plantain",
                "application_version": VERSION,
                "executor_id": EXECUTOR_ID,
                "log_level": "WARNING",
                "system_database_engine": self._database,
                "serializer": DBOSPortableJSONSerializer(),
                "notification_listener_polling_interval_sec": LISTEN_POLL_S,
            }
        )
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._open_runs, polling_interval_sec=QUEUE_POLL_S
        )
        self._executes = True
        self.open_queue()

    def open_queue(self) -> None:
        """Make `enqueue` usable, also in a process that does not execute."""
        self._client = DBOSClient(
            system_database_engine=self._database, serializer=DBOSPortableJSONSerializer()
        )

    def stop(self) -> None:
        """Leave what is under way where it is; the next start goes on with it."""
        global _advance
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._executes:
            DBOS.destroy()
            self._executes = False
        _advance = _not_started

    def enqueue(self, db: sa.Connection, run_id: str) -> None:
        """Queue a run within the transaction of `db`: it is queued when that commits, else not."""
        if self._client is None:
            raise RuntimeError("the engine's queue is not open")
        self._client.enqueue_in_transaction(
            db,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": run_id,
                "app_version": VERSION,
            },
            run_id,
        )

    def look_again(self, run_id: str) -> None:
        """Wake a run that waits. Harmless when it does not."""
        if self._executes:
            DBOS.send(run_id, LOOK, topic=LOOK)

    def without_life(self, run_ids: Iterable[str]) -> list[str]:
        """Those of `run_ids` that no workflow carries on (lost with a restored file, or given up)."""
        alive = {
            status.workflow_id
            for status in DBOS.list_workflows(
                status=["ENQUEUED", "PENDING", "DELAYED"], load_input=False, load_output=False
            )
        }
        return [run_id for run_id in run_ids if run_id not in alive]

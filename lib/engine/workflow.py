"""DBOS: the queue of runs, and the workflow that carries each of them on.

It is loaded by the engine's start, beside the rest of Plantain's start: it takes a while.
"""

import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

QUEUE = "runs"
WORKFLOW = "live"

# DBOS takes up only the work of its own version, which by default changes with the code. What `live`
# does stands in the ledger, so an old run is carried on by new code.
VERSION = "1"
EXECUTOR_ID = "plantain"
QUEUE_POLL_S = 0.2
"""Half of it is what a click waits for on average; each poll costs, also when nothing happens."""
WAITING = ["ENQUEUED", "DELAYED"]
UNDER_WAY = [*WAITING, "PENDING"]

CarryOn = Callable[[str], None]


class NotStarted(Exception):
    """A run came up while no engine was there to carry it on; the next start goes on with it."""


def _nobody(run_id: str) -> None:
    raise NotStarted(run_id)


# DBOS keeps its workflows in a registry of the process, so what they call is there too.
_carry_on: CarryOn = _nobody
# There is one DBOS in a process. An engine whose start hangs has its turn until it has ended that.
_turn = threading.Lock()


# DBOS gives up what it has taken up a hundred times. A paid run is carried on after every death.
@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
def live(run_id: str) -> None:
    """A run's life, from the queue to its end."""
    _carry_on(run_id)


def launch(database: sa.Engine, *, open_runs: int, carry_on: CarryOn) -> None:
    """Take up what was under way, and carry on `open_runs` runs at a time.

    Waits until `shut_down` has ended an earlier launch. What a failed one leaves is cleared away.
    """
    global _carry_on
    _turn.acquire()
    _carry_on = carry_on
    try:
        DBOS(
            config={
                "name": "plantain",
                "application_version": VERSION,
                "executor_id": EXECUTOR_ID,
                "log_level": "WARNING",
                "system_database_engine": database,
                "serializer": DBOSPortableJSONSerializer(),
            }
        )
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=open_runs, polling_interval_sec=QUEUE_POLL_S)
    except BaseException:
        shut_down()
        raise


def shut_down() -> None:
    """Record nothing more: whatever is interrupted after this stays under way. Once for a launch."""
    global _carry_on
    # DBOS would say at length, once for each run, that it cannot record the interruption.
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    try:
        DBOS.destroy()
    finally:
        _carry_on = _nobody
        _turn.release()


def is_set_up(database: sa.Engine) -> bool:
    """Whether the queue's tables are there: the first `launch` on a database makes them."""
    return sa.inspect(database).has_table("workflow_status")


def client(database: sa.Engine) -> DBOSClient:
    """What puts runs into the queue, from any process."""
    return DBOSClient(system_database_engine=database, serializer=DBOSPortableJSONSerializer())


def enqueue(queue: DBOSClient, db: sa.Connection, run_id: str, *, workflow_id: str) -> None:
    """Queue a run within the transaction of `db`: it is queued when that commits, else not."""
    queue.enqueue_in_transaction(
        db,
        {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow_id,
            "app_version": VERSION,
        },
        run_id,
    )


def ids_under_way() -> list[str]:
    """The workflows that wait in the queue or are being carried on."""
    return _ids(UNDER_WAY)


def ids_waiting() -> list[str]:
    """The workflows that wait in the queue for their turn, the first to come first."""
    return _ids(WAITING)


def give_up(workflow_ids: list[str]) -> None:
    """Take workflows off the queue, and from those that the next start takes up."""
    DBOS.cancel_workflows(workflow_ids)


def _ids(statuses: list[str]) -> list[str]:
    found = DBOS.list_workflows(status=statuses, load_input=False, load_output=False)
    return [status.workflow_id for status in found]

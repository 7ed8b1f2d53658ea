"""Durable runs: each queued run is carried on until it has ended, also after a crash.

The queue (DBOS) remembers which runs are under way and takes them up again. What a run has been
through stands in the ledger alone: `advance` reads it and does what is next, so it is safe to call
again. Only a run's id is handed to the queue; its tables hold no prompt, no key and no address.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lib.domain.errors import NotAccepting
from lib.engine.under_way import Advance, UnderWay

if TYPE_CHECKING:
    from dbos import DBOSClient

AGAIN = "+"
"""Stands between a run's id and a mark of its own in the name of a second workflow for it."""
LAST_ANSWERS_S = 8.0
"""How long `stop` waits for the answer to what has just been sent."""
NO_HURRY_S = 5.0
"""How long an engine with nothing to take up lets the first page go first."""
LOOK_FOR_TABLES_S = 0.1
START_PATIENCE_S = 30.0
"""How long a click waits for an engine that is just starting."""
STOP_PATIENCE_S = 10.0
"""How long `stop` waits for an engine that is just starting."""

log = logging.getLogger(__name__)


class Engine:
    """Executes runs, at most `open_runs` at a time. One is started in a process at a time.

    `trouble` says why the last start failed, None when it did not.
    """

    def __init__(self, database: sa.Engine, *, open_runs: int) -> None:
        self._database = database
        self._open_runs = open_runs
        self._queue: DBOSClient | None = None
        self._work: Callable[[], None] | None = None
        self._later: threading.Timer | None = None
        self._starting: threading.Thread | None = None
        self._under_way = UnderWay()
        self._lock = threading.Lock()
        self._has_launched = False
        self._is_stopped = False
        self.executes = False
        self.trouble: str | None = None

    def start(self, advance: Advance, open_ids: Callable[[], Iterable[str]] = tuple) -> None:
        """Take up what was under way and wait for more, those of `open_ids` that were lost too.

        Returns at once: loading the queue takes a while, and `wait_until_open` waits for it. Where
        nothing is under way it begins only a moment later, so that the first page comes first.
        """
        self.executes = True
        self._under_way.start(advance)
        self._work = lambda: self._launch(open_ids)
        if any(open_ids()):
            self._begin()
        else:
            self._begin_later()

    def open_queue(self) -> None:
        """Make `enqueue` usable in a process that does not execute. Returns at once."""
        self._work = self._open_queue
        self._begin_later()

    def start_again(self) -> bool:
        """Try a start that has failed once more. Returns at once; False when none has failed."""
        with self._lock:
            if self.trouble is None or self._is_stopped or self._is_starting():
                return False
            self._starting = None
        self._begin()
        return True

    def stop(self) -> None:
        """Leave what is under way where it is; the next start goes on with it.

        Waits for LAST_ANSWERS_S at most, so that a request just sent can be answered and noted. A
        start that hangs, such as at a database that others keep locked, is left behind: it undoes
        itself when it comes to its end, or ends with the process.
        """
        with self._lock:
            self._is_stopped = True
        if self._later is not None:
            self._later.cancel()
            self._later.join()
        if self._starting is not None:
            self._starting.join(STOP_PATIENCE_S)
            if self._starting.is_alive():
                log.warning("the engine is still starting: it is left behind, and will do nothing")
            else:
                self._close()
        self._under_way.stop(LAST_ANSWERS_S)
        self.executes = False

    def wait_until_open(self) -> None:
        """Wait for an engine that is just starting; to be called before a transaction is begun.

        Raises NotAccepting when it could not be started.
        """
        if self._work is not None:
            self._begin().join(START_PATIENCE_S)
        self._opened()

    def enqueue(self, db: sa.Connection, run_id: str) -> None:
        """Queue a run within the transaction of `db`: it is queued when that commits, else not."""
        self._enqueue(db, run_id, workflow_id=run_id)

    def enqueue_again(self, db: sa.Connection, run_id: str) -> None:
        """As `enqueue`, for a run that had ended, and whose place in the queue was given up."""
        self._enqueue(db, run_id, workflow_id=f"{run_id}{AGAIN}{uuid.uuid4().hex}")

    def revive(self, run_ids: Iterable[str]) -> list[str]:
        """Queue those of the open `run_ids` anew that nothing carries on, and return them.

        They lost their place with a restored file, or because they came up in too many crashes.
        """
        from lib.engine import workflow

        under_way = set(map(run_of, workflow.ids_under_way()))
        lost = [run_id for run_id in run_ids if run_id not in under_way]
        for run_id in lost:
            with self._database.begin() as db:
                self.enqueue_again(db, run_id)
        return lost

    def forgotten(self, run_ids: Iterable[str]) -> list[str]:
        """Those of the open `run_ids` that nothing here carries on, though they may be next.

        A run that has just been queued, or is just being taken up, is among them for a moment. Of
        those that wait in the queue only the first can be next, as many as there is room for.
        """
        from lib.engine import workflow

        if self._queue is None or not self.executes:
            return []
        carried = self._under_way.ids()
        room = max(0, self._open_runs - len(carried))
        behind_others = set(map(run_of, workflow.ids_waiting()[room:]))
        return [run_id for run_id in run_ids if run_id not in carried | behind_others]

    def queue_anew(self, run_ids: Iterable[str]) -> None:
        """Give runs a new place in the queue, whatever became of the one they had."""
        from lib.engine import workflow

        chosen = set(run_ids)
        old = [name for name in workflow.ids_under_way() if run_of(name) in chosen]
        if old:
            workflow.give_up(old)
        for run_id in chosen:
            with self._database.begin() as db:
                self.enqueue_again(db, run_id)

    def tell_of_ends(self, listener: Callable[[], None]) -> None:
        """Call `listener`, which returns at once, whenever a run here has come to its end."""
        self._under_way.tell_of_ends(listener)

    def look_again(self, run_id: str) -> None:
        """Wake a run that waits. Harmless when it does not."""
        self._under_way.wake(run_id)

    # -- starting --------------------------------------------------------------------------------

    def _begin_later(self) -> None:
        self._later = threading.Timer(NO_HURRY_S, self._begin)
        self._later.daemon = True
        self._later.start()

    def _begin(self) -> threading.Thread:
        """Begin to start, unless that was begun before."""
        with self._lock:
            if self._starting is None:
                # A daemon: a start that hangs does not hold up the end of the program.
                self._starting = threading.Thread(
                    target=self._start, name="engine start", daemon=True
                )
                self._starting.start()
            return self._starting

    def _is_starting(self) -> bool:
        return self._starting is not None and self._starting.is_alive()

    def _start(self) -> None:
        try:
            if self._work is not None:
                self._work()
        except Exception as error:
            trouble = str(getattr(error, "orig", None) or error)
            if trouble != self.trouble:  # once is enough for the same
                log.exception("the engine could not be started; no run can be made")
            self.trouble = trouble
            self._close()
        else:
            self.trouble = None
        with self._lock:
            is_late = self._is_stopped
        if is_late:
            self._close()

    def _launch(self, open_ids: Callable[[], Iterable[str]]) -> None:
        from lib.engine import workflow

        workflow.launch(
            self._database, open_runs=self._open_runs, carry_on=self._under_way.carry_on
        )
        self._has_launched = True
        self._open_queue()
        self.revive(open_ids())

    def _open_queue(self) -> None:
        from lib.engine import workflow

        # The queue's tables are made by the process that executes, which may just be starting.
        waited_s, pause = 0.0, threading.Event()
        while not workflow.is_set_up(self._database) and waited_s < START_PATIENCE_S:
            pause.wait(LOOK_FOR_TABLES_S)
            waited_s += LOOK_FOR_TABLES_S
        self._queue = workflow.client(self._database)

    def _close(self) -> None:
        """Take back what was opened; whatever is interrupted after this stays under way."""
        from lib.engine import workflow

        if self._queue is not None:
            self._queue.destroy()
            self._queue = None
        with self._lock:
            has_launched, self._has_launched = self._has_launched, False
        if has_launched:
            workflow.shut_down()

    def _enqueue(self, db: sa.Connection, run_id: str, *, workflow_id: str) -> None:
        from lib.engine import workflow

        workflow.enqueue(self._opened(), db, run_id, workflow_id=workflow_id)

    def _opened(self) -> DBOSClient:
        if self._queue is None:
            raise NotAccepting(
                f"Plantain could not start its engine ({self.trouble or 'it takes too long'}). "
                "It is tried again every minute; its log says more."
            )
        return self._queue


def run_of(workflow_id: str) -> str:
    """The run that a workflow carries on."""
    return workflow_id.partition(AGAIN)[0]

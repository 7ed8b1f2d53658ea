"""The net below the engine and the polling: each minute it looks for what both have lost.

Nothing should ever be found. A run that is open and that nothing carries on, or that the API has
and nobody asks about, is taken up again; so is a start of the engine that failed, and a thread that
died. What is seen for the first time is only remembered: it may just be on its way from one to the
other.
"""

import logging
import threading

from lib.engine.durable import Engine
from lib.services.polling import Polling
from lib.store.records import Records

BETWEEN_LOOKS_S = 60.0
STOP_PATIENCE_S = 5.0

log = logging.getLogger(__name__)


class Watchdog:
    """Looks after the runs of one origin. Without `polling`, in a process that does not execute,
    it looks after the engine's start alone."""

    def __init__(
        self,
        *,
        engine: Engine,
        polling: Polling | None,
        records: Records,
        origin: str,
        between_looks_s: float = BETWEEN_LOOKS_S,
    ) -> None:
        self._engine = engine
        self._polling = polling
        self._records = records
        self._origin = origin
        self._between_looks_s = between_looks_s
        self._seen_forgotten: set[str] = set()
        self._seen_unwatched: set[str] = set()
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End the looking."""
        self._is_stopped.set()
        if self._thread.is_alive():
            self._thread.join(STOP_PATIENCE_S)

    def look(self) -> None:
        """Look at everything once, and mend what is broken."""
        if self._engine.start_again():
            log.warning("the start of the engine had failed: it is tried again")
        if self._polling is None:
            return
        missing = self._polling.mend()
        if missing:
            log.error("%d threads that look at runs had died: there are new ones", missing)
        self._watch_the_unwatched(self._polling)
        self._queue_the_forgotten()

    def _watch(self) -> None:
        while not self._is_stopped.wait(self._between_looks_s):
            try:
                self.look()
            except Exception:
                log.exception("the watchdog could not look; it tries again")

    def _watch_the_unwatched(self, polling: Polling) -> None:
        accepted = self._records.accepted_ids(origin=self._origin)
        unwatched = {run_id for run_id in accepted if not polling.is_watching(run_id)}
        for run_id in sorted(unwatched & self._seen_unwatched):
            if polling.watch(run_id):
                log.warning("run %s is at the API, and nobody asked about it: it is again", run_id)
        self._seen_unwatched = unwatched

    def _queue_the_forgotten(self) -> None:
        open_ids = self._records.open_ids(origin=self._origin)
        forgotten = set(self._engine.forgotten(open_ids))
        lost = sorted(forgotten & self._seen_forgotten)
        if lost:
            self._engine.queue_anew(lost)
            log.warning("nothing carried on %s: queued anew", ", ".join(lost))
        self._seen_forgotten = forgotten - set(lost)

"""Sends the cells of experiments: each becomes a run when there is room for it, in turns.

What is next follows from the ledger alone, so it can die anywhere: a cell becomes a run in one
transaction, under a click token made of the cell, and so it is never bought twice.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from lib.domain.budget import OverBudget
from lib.domain.clock import Clock, SystemClock
from lib.domain.errors import InputInvalid, NotAccepting, NotWritten, PlantainError, PriceUnknown
from lib.domain.experiment_progress import CellTaken
from lib.domain.experiment_turns import Turn, next_turn
from lib.domain.labels import LabelGone
from lib.services.runs import RunService
from lib.store.experiment_entries import Waiting
from lib.store.experiment_records import ExperimentRecords
from lib.store.experiments import Experiments

LOOK_AGAIN_S = 0.2
"""While cells wait."""
IDLE_S = 1.0
"""Another process may start an experiment."""
AFTER_TROUBLE_S = 3.0
STOP_PATIENCE_S = 3.0
"""A cell may wait for an engine that is starting; the program does not end later for that."""
DEARER = (
    "Prices have gone up since it was started: a cell costs more than is held for it. "
    "Going on holds what the rest costs now."
)
NO_ROOM = "The rest does not fit into a budget any more: {}"
COLLECTION_GONE = "Its collection is gone. Going on puts the rest into none."
TURNED_AWAY = "The API takes no runs: {} Put that right, retry the failed cells, and go on."

log = logging.getLogger(__name__)


class Feeding:
    """Makes runs of cells, `most` under way at a time, while `why_not` has no reason against it.

    For `quiet_s` after its start it sends nothing of what came back with a backup.
    """

    def __init__(
        self,
        *,
        experiments: Experiments,
        records: ExperimentRecords,
        runs: RunService,
        price_of: Callable[[str, Mapping[str, Any]], int],
        most: int,
        why_not: Callable[[], str | None] = lambda: None,
        quiet_s: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        self._experiments = experiments
        self._records = records
        self._runs = runs
        self._price_of = price_of
        self._most = most
        self._why_not = why_not
        self._clock = clock or SystemClock()
        self._came_back = frozenset(records.came_back())
        self._quiet_until_s = self._clock.monotonic_s() + quiet_s
        self._is_stopped = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="experiments", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more; what waits goes on at the next start."""
        self._is_stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_PATIENCE_S)

    def wake(self) -> None:
        """Look at once: something has changed."""
        self._wake.set()

    # -- sending ---------------------------------------------------------------------------------

    def feed(self) -> float:
        """Send all there is room for; returns the seconds until it is worth another look."""
        while not self._is_stopped.is_set():
            turns = self._turns()
            if not turns:
                return IDLE_S
            if self._why_not() is not None:
                return AFTER_TROUBLE_S
            open_runs = self._records.count_open_runs()
            chosen = next_turn(turns, open_runs=open_runs, most=self._most)
            if chosen is None:
                return LOOK_AGAIN_S
            self._send_one(chosen)
        return IDLE_S

    def _turns(self) -> list[Turn]:
        """Without what came back, while a request of before may still arrive at the API."""
        turns = self._records.turns()
        is_quiet = self._clock.monotonic_s() < self._quiet_until_s
        return [turn for turn in turns if not (is_quiet and turn.experiment_id in self._came_back)]

    def _send_one(self, experiment_id: str) -> None:
        found = self._records.next_cell(experiment_id)
        if found is None:
            return
        reason = self._records.turned_away(experiment_id)
        if reason is not None:
            self._pause(experiment_id, TURNED_AWAY.format(reason))
            return
        try:
            if self._price_of(found.model_id, found.input) > found.held_micros:
                self._pause(experiment_id, DEARER)
                return
            self._submit(found)
        except CellTaken:
            return  # somebody paused or stopped it meanwhile, or another process was faster
        except OverBudget as error:
            self._pause(experiment_id, NO_ROOM.format(error))
        except LabelGone:
            self._pause(experiment_id, COLLECTION_GONE)
        except (InputInvalid, PriceUnknown) as error:
            self._pause(experiment_id, str(error))

    def _submit(self, found: Waiting) -> None:
        of = found.of
        self._runs.submit(
            found.model_id,
            found.input,
            click_token=of.click_token,
            created_by=found.created_by,
            parent=found.parent,
            labels=found.labels,
            cell=of,
        )

    def _pause(self, experiment_id: str, reason: str) -> None:
        log.warning("experiment %s pauses: %s", experiment_id, reason)
        self._experiments.pause(experiment_id, reason)

    def _watch(self) -> None:
        wait_s = IDLE_S
        while not self._is_stopped.is_set():
            try:
                wait_s = self.feed()
            except (NotAccepting, NotWritten) as error:
                log.warning("no cell is sent for now: %s", error)
                wait_s = AFTER_TROUBLE_S
            except PlantainError:
                log.exception("a cell could not be sent; it is tried again")
                wait_s = AFTER_TROUBLE_S
            except Exception:
                log.exception("the sending of cells failed; it is tried again")
                wait_s = AFTER_TROUBLE_S
            self._wake.wait(wait_s)
            self._wake.clear()

"""Knowing at any time whether the database is fit, from looks that run in the background."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from lib.domain.clock import Clock
from lib.store.health import Ailment, DatabaseHealth, Finding

LOCKED_FOR_S = 15.0
"""Writers wait for each other; only who has waited for this long tells of it."""
BETWEEN_WRITES_S = 60.0
FIRST_READ_S = 5.0
BETWEEN_READS_S = 24 * 3600.0
BETWEEN_READS_OF_DAMAGED_S = 600.0
LONGEST_READ_S = 60.0
"""What a reading does not get to within that time is left out, and said in the log."""

RESCUED = "plantain-rescued-"

log = logging.getLogger(__name__)


class DatabaseWatch:
    """Remembers what was found last. `look` is for one thread; `finding` for all.

    `folder` is where the content of a deleted file is kept.
    """

    def __init__(self, health: DatabaseHealth, clock: Clock, folder: Path) -> None:
        self._health = health
        self._clock = clock
        self._folder = folder
        self._told_of_rescue = ""
        self._found: Finding | None = None
        self._damage: Finding | None = None
        self._locked_since_s: float | None = None
        self._write_at_s = clock.monotonic_s() + BETWEEN_WRITES_S
        self._read_at_s = clock.monotonic_s() + FIRST_READ_S
        self._reading: threading.Thread | None = None
        self._is_stopped = threading.Event()

    def finding(self) -> Finding | None:
        """What is wrong. Costs one question to the disk."""
        if self._health.is_gone():
            return Finding(Ailment.GONE, self._told_of_rescue)
        return self._damage or self._found

    def look(self) -> None:
        """Look whether it can be written, and begin to read it through when that is due."""
        self._found = self._if_it_lasts(self._health.look(writes=self._is_time_to_write()))
        if self._health.is_gone():
            self._rescue_once()
            self._health.empty_log()
        if self._health.take_suspicion():
            self._read_at_s = self._clock.monotonic_s()
        if self._clock.monotonic_s() >= self._read_at_s and not self._is_reading():
            self._reading = threading.Thread(target=self._read, name="read database", daemon=True)
            self._reading.start()

    def stop(self) -> None:
        """Break off what is being read. To be called when nothing is written any more."""
        self._is_stopped.set()
        if self._reading is not None:
            self._reading.join()
        if self._health.is_gone():
            self._health.empty_log()

    def _is_time_to_write(self) -> bool:
        now_s = self._clock.monotonic_s()
        is_time = now_s >= self._write_at_s
        if is_time:
            self._write_at_s = now_s + BETWEEN_WRITES_S
        return is_time

    def _rescue_once(self) -> None:
        """Keep what is in a deleted file while it is open here: with this process it would be lost."""
        if self._told_of_rescue:
            return
        moment = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        target = self._folder / f"{RESCUED}{moment:%Y%m%d-%H%M%S}.db"
        if self._health.rescue(target):
            self._told_of_rescue = f"What was in it is kept beside it, as {target.name}."
            log.error("the database file was deleted or replaced: %s", self._told_of_rescue)

    def _if_it_lasts(self, found: Finding | None) -> Finding | None:
        if found is None or found.ailment is not Ailment.LOCKED:
            self._locked_since_s = None
            return found
        now_s = self._clock.monotonic_s()
        self._locked_since_s = self._locked_since_s or now_s
        return found if now_s - self._locked_since_s >= LOCKED_FOR_S else None

    def _is_reading(self) -> bool:
        return self._reading is not None and self._reading.is_alive()

    def _read(self) -> None:
        until_s = self._clock.monotonic_s() + LONGEST_READ_S

        def may_go_on() -> bool:
            return not self._is_stopped.is_set() and self._clock.monotonic_s() < until_s

        found = self._health.read_through(may_go_on)
        is_whole = found is None and may_go_on()
        if is_whole or (found is not None and found.ailment is Ailment.DAMAGED):
            self._damage = found
        elif found is None:
            log.info("not all of the database was read through: it is large, or Plantain ends")
        pause_s = BETWEEN_READS_OF_DAMAGED_S if found else BETWEEN_READS_S
        self._read_at_s = self._clock.monotonic_s() + pause_s

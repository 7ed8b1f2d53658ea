"""Whether runs may be made and sent now: there is room, the database is sound, the lock is ours.

It is asked at each click and again before each intent to send, and both times looks for itself at
what can be seen at once. What takes longer is found by a thread in the background. Whatever was
sent before goes on to its end: only what would spend more money is held back.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from lib.domain.clock import Clock
from lib.domain.errors import NotAccepting
from lib.engine.durable import Engine
from lib.engine.executor_lock import ExecutorLock
from lib.services import problems
from lib.services.ballast import NO_BALLAST, Ballast
from lib.services.database_watch import DatabaseWatch
from lib.services.problems import Problem

RESERVE_BYTES = 200 * problems.MB
"""Room that is kept for the pictures and the answers of what is under way."""
BETWEEN_LOOKS_S = 3.0
STOP_PATIENCE_S = 5.0
BALLAST_AFTER_S = 10.0
"""How long a Plantain lives before it takes the ballast's room: the start has other things to do."""

log = logging.getLogger(__name__)


def free_bytes(folder: Path) -> int:
    """The room that is left for us on a folder's disk."""
    return shutil.disk_usage(folder).free


class Fitness:
    """Tells what keeps runs from being made or sent.

    `places` are the folders that need room, by the name they have for the user; the first is that
    of the `ballast`. `on_lost` is called once, when the lock that was ours went to another process.
    """

    def __init__(
        self,
        *,
        places: Mapping[str, Path],
        clock: Clock,
        database: DatabaseWatch,
        engine: Engine,
        lock: ExecutorLock,
        ballast: Ballast = NO_BALLAST,
        on_lost: Callable[[], None] = lambda: None,
        free_bytes: Callable[[Path], int] = free_bytes,
        between_looks_s: float = BETWEEN_LOOKS_S,
    ) -> None:
        self._places = one_a_disk(places)
        self._clock = clock
        self._database = database
        self._engine = engine
        self._lock = lock
        self.ballast = ballast
        self._on_lost = on_lost
        self._free_bytes = free_bytes
        self._between_looks_s = between_looks_s
        self._ballast_from_s = clock.monotonic_s() + BALLAST_AFTER_S
        self._has_lost_lock = False
        self._told: tuple[Problem, ...] = ()
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="fitness", daemon=True)

    @property
    def executes(self) -> bool:
        """Whether this process carries runs out, or leaves that to another."""
        return self._engine.executes

    # -- asking ----------------------------------------------------------------------------------

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong now; empty when all is well. Cheap enough for every click."""
        found = [self._room(name, folder) for name, folder in self._places.items()]
        finding, trouble = self._database.finding(), self._engine.trouble
        found.append(problems.sick_database(finding) if finding else None)
        found.append(self._lock_problem())
        found.append(problems.no_engine(trouble) if trouble else None)
        return tuple(problem for problem in found if problem is not None)

    def why_not_send(self) -> str | None:
        """Why no run may be sent now, and what to do about it; None when it may."""
        found = self.problems()
        return f"{found[0].what} {found[0].remedy}" if found else None

    def refuse_if_unfit(self) -> None:
        """Raises NotAccepting when no run may be made now."""
        reason = self.why_not_send()
        if reason is not None:
            raise NotAccepting(f"Nothing was sent, and no run was made. {reason}")

    # -- watching --------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look at what takes longer."""
        self._thread.start()

    def stop(self) -> None:
        """End the looking."""
        self._is_stopped.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_PATIENCE_S)
        self._database.stop()

    def look(self) -> None:
        """Look at everything once."""
        self._keep_lock()
        self._database.look()
        self._restore_ballast()
        self._tell()

    def _watch(self) -> None:
        while not self._is_stopped.is_set():
            try:
                self.look()
            except Exception:
                log.exception("looking whether runs may be made failed; it is tried again")
            self._is_stopped.wait(self._between_looks_s)

    def _room(self, name: str, folder: Path) -> Problem | None:
        try:
            free = self._free_bytes(folder)
        except OSError:
            return problems.no_folder(name)
        return problems.low_disk(name, free, RESERVE_BYTES) if free < RESERVE_BYTES else None

    def _lock_problem(self) -> Problem | None:
        if self._has_lost_lock:
            return problems.LOST_LOCK
        return problems.NO_LOCK if self._lock.is_lost() else None

    def _keep_lock(self) -> None:
        """Take a lock again whose file was deleted, unless another process was faster."""
        if self._has_lost_lock or not self._lock.is_lost():
            return
        try:
            is_taken = self._lock.take_again()
        except OSError:
            return  # its folder is gone: perhaps it comes back
        if is_taken:
            log.warning("executor.lock was deleted or replaced; Plantain has locked it again")
            return
        self._has_lost_lock = True
        self._on_lost()
        self._lock.release()

    def _restore_ballast(self) -> None:
        """Take the ballast's room when it is spare. It may be gone again before it is taken."""
        needed = self.ballast.missing_bytes
        is_early = self._clock.monotonic_s() < self._ballast_from_s
        if needed <= 0 or is_early or not self.executes:
            return
        with suppress(OSError):
            if self._free_bytes(next(iter(self._places.values()))) >= RESERVE_BYTES + needed:
                self.ballast.restore()

    def _tell(self) -> None:
        """One line in the log for each problem that comes, and one when all is well again."""
        found = self.problems()
        known = {problem.code for problem in self._told}
        for problem in found:
            if problem.code not in known:
                log.error("%s %s %s", problem.what, problem.remedy, problem.detail)
        if self._told and not found:
            log.warning("all is well again: runs are made and sent")
        self._told = found


def one_a_disk(places: Mapping[str, Path]) -> dict[str, Path]:
    """The first place on each disk: more would tell the same."""
    found: dict[int, tuple[str, Path]] = {}
    for name, folder in places.items():
        folder.mkdir(parents=True, exist_ok=True)
        found.setdefault(os.stat(folder).st_dev, (name, folder))
    return dict(found.values())

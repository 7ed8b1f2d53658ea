"""The runs that this process carries on: each is advanced until it has ended, and can be woken."""

import logging
import threading
from collections.abc import Callable

from lib.domain.errors import PlantainError

PAUSE_AFTER_ERROR_S = 5.0

Advance = Callable[[str], float | None]
"""Does what is next for a run; the seconds to wait before the next call, None when it has ended."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The engine was stopped while the run was under way; the next start goes on with it."""


class UnderWay:
    """Carries runs on, each in its caller's thread."""

    def __init__(self) -> None:
        self._advance: Advance | None = None
        self._wakes: dict[str, threading.Event] = {}
        self._changed = threading.Condition()
        self._listeners: list[Callable[[], None]] = []

    def tell_of_ends(self, listener: Callable[[], None]) -> None:
        """Call `listener`, which returns at once and raises nothing, after each run's end."""
        self._listeners.append(listener)

    def start(self, advance: Advance) -> None:
        """Let `advance` move runs from now on."""
        self._advance = advance

    def stop(self, within_s: float) -> None:
        """Begin no further step, and wait for those that have begun, `within_s` at most."""
        with self._changed:
            self._advance = None
            for wake in self._wakes.values():
                wake.set()
            self._changed.wait_for(lambda: not self._wakes, within_s)

    def ids(self) -> set[str]:
        """The runs that are being carried on now."""
        with self._changed:
            return set(self._wakes)

    def wake(self, run_id: str) -> None:
        """Advance a run that waits at once. Harmless when it does not wait."""
        wake = self._wakes.get(run_id)
        if wake is not None:
            wake.set()

    def carry_on(self, run_id: str) -> None:
        """Call `advance` until the run has ended. Raises Stopped when that is not to be any more."""
        wake = threading.Event()
        with self._changed:
            self._wakes[run_id] = wake
        try:
            while (pause := self._next_pause(run_id)) is not None:
                wake.wait(pause)
                wake.clear()
            self._tell()
        finally:
            with self._changed:
                if self._wakes.get(run_id) is wake:
                    del self._wakes[run_id]
                self._changed.notify_all()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _next_pause(self, run_id: str) -> float | None:
        advance = self._advance
        if advance is None:
            raise Stopped
        try:
            return advance(run_id)
        except PlantainError as error:
            log.warning("run %s: a step of its life will be taken again. %s", run_id, error)
        except Exception:
            # A run's life goes on, whatever one step met: a full disk, a lock, a mistake of ours.
            log.exception("run %s: a step of its life failed and will be taken again", run_id)
        return PAUSE_AFTER_ERROR_S

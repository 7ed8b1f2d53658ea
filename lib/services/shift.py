"""Whose turn it is to carry runs out: the process that holds the lock, until it ends or loses it.

Where another process has it, the services are opened for pages only. Once the lock is free they are
opened anew, as at a start, and the old ones are closed a moment later: what the other process left
is taken up as after a crash, its sandbox is started again, and pages that are open just go on.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from lib.engine.executor_lock import ExecutorLock

BETWEEN_LOOKS_S = 3.0
GRACE_S = 5.0
"""How long the old services stay open for pages that are just being drawn."""
STOP_PATIENCE_S = 5.0

log = logging.getLogger(__name__)


class Offered(Protocol):
    """What a shift opens."""

    @property
    def executes(self) -> bool:
        """Whether it carries runs out."""


S = TypeVar("S", bound=Offered)


class Shift(Generic[S]):
    """Opens services by `open_services`, which takes the lock if it is free, and `offer`s them.

    `offer` is given None at the end. `expected` is what opening raises when something is not to be
    had for now. One shift lasts as long as its process.
    """

    def __init__(
        self,
        lock: ExecutorLock,
        open_services: Callable[[ExecutorLock], AbstractContextManager[S]],
        offer: Callable[[S | None], None],
        *,
        expected: type[Exception],
        between_looks_s: float = BETWEEN_LOOKS_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._lock = lock
        self._open_services = open_services
        self._offer = offer
        self._expected = expected
        self._between_looks_s = between_looks_s
        self._grace_s = grace_s
        self._opening: AbstractContextManager[S] | None = None
        self._services: S | None = None
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="shift", daemon=True)

    def start(self) -> None:
        """Open the services. Raises what opening them raises; nothing is left open then."""
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise
        self._thread.start()

    def stop(self) -> None:
        """Take the services away and close them."""
        self._is_stopped.set()
        self._thread.join(STOP_PATIENCE_S)
        self._offer(None)
        if self._opening is not None:
            self._opening.__exit__(None, None, None)
        self._lock.release()

    def look(self) -> None:
        """Take over if no process carries runs out."""
        if self._services is None or self._services.executes or self._lock.is_held:
            return
        old = self._opening
        if not self._lock.acquire():
            return
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise
        log.warning("no other Plantain carries out the runs of this data folder: this one does now")
        self._is_stopped.wait(self._grace_s)
        if old is not None:
            old.__exit__(None, None, None)

    def _open(self) -> None:
        opening = self._open_services(self._lock)
        self._services = opening.__enter__()
        self._opening = opening
        self._offer(self._services)

    def _watch(self) -> None:
        while not self._is_stopped.wait(self._between_looks_s):
            try:
                self.look()
            except self._expected as error:
                log.warning("this Plantain cannot take over yet: %s", error)
            except Exception:
                log.exception("this Plantain could not take over; it tries again")

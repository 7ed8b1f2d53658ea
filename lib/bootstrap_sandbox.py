"""The sandbox that Plantain starts for itself. Its address is known at once; it serves a bit later."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib.domain.errors import NeverSent
from lib.sandbox import child

ADDRESS_FILE = "address"
NOWHERE = "http://127.0.0.1:9"
"""The port of the discard service, where nothing listens."""

log = logging.getLogger(__name__)


class OwnSandbox:
    """A sandbox that was begun. `on_failure` is told why, should it end before it serves.

    Raises child.SandboxNotStarted when its folder is taken.
    """

    def __init__(self, folder: Path, *, seconds: float, on_failure: Callable[[str], None]) -> None:
        self._running = child.begin(data_dir=folder, seconds=seconds)
        self._on_failure = on_failure
        self._is_ending = False
        self._later = ThreadPoolExecutor(1, thread_name_prefix="sandbox start")
        self._start = self._later.submit(self._watch_start)
        (folder / ADDRESS_FILE).write_text(self.base_url)

    @property
    def base_url(self) -> str:
        return self._running.base_url

    def until_it_serves(self) -> None:
        """Wait for the end of its start. Raises NeverSent when it could not be started."""
        error = self._start.exception()
        if error is not None:
            raise NeverSent(str(error))

    def once_it_serves(self, work: Callable[[], None]) -> None:
        """Do this when it serves, and let nobody wait for it."""
        self._later.submit(self._work_after_start, work)

    def stop(self) -> None:
        """End it and what waits for it; a second call does nothing."""
        self._is_ending = True
        self._running.stop()
        self._later.shutdown()

    def _watch_start(self) -> None:
        try:
            self._running.wait_until_it_serves()
        except child.SandboxNotStarted as error:
            if not self._is_ending:
                self._on_failure(str(error))
            raise

    def _work_after_start(self, work: Callable[[], None]) -> None:
        if self._start.exception() is not None:
            return
        try:
            work()
        except Exception:
            log.exception("what was to be done at the sandbox's start failed")


def address_of_anothers(folder: Path) -> str:
    """Where the sandbox of the Plantain is that holds the lock; nowhere, if it is just starting."""
    try:
        return (folder / ADDRESS_FILE).read_text()
    except FileNotFoundError:
        return NOWHERE

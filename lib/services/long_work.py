"""Work on many runs that goes on beside the pages: watched, canceled, and not lost with a tab."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, Self, TypeVar

from lib.domain.errors import PlantainError

log = logging.getLogger(__name__)

Done = TypeVar("Done")
WENT_WRONG = "It could not be done to the end. The log says more."


class LongWork(Generic[Done]):
    """One piece of work on a thread of its own.

    `work` is given what to tell after each part: how many runs were gone through; the answer is
    whether to go on. `total` is how many there are, None where nobody knows.
    """

    def __init__(self, work: Callable[[Callable[[int], bool]], Done], total: int | None) -> None:
        self._work = work
        self._canceled = threading.Event()
        self._over = threading.Event()
        self.total = total
        self.gone_through = 0
        self.result: Done | None = None
        """What came of it; None until it is over, and when it failed."""
        self.problem: str | None = None
        """Why it failed, in words for people."""

    def start(self) -> Self:
        """Begin; at the process's end it is broken off between two parts."""
        threading.Thread(target=self._carry_out, name="long-work", daemon=True).start()
        return self

    def wait(self, seconds: float) -> bool:
        """Wait for its end for so long; gives whether it is over."""
        return self._over.wait(seconds)

    def cancel(self) -> None:
        """End it after the part that is under way. What is done stays done."""
        self._canceled.set()

    @property
    def is_canceled(self) -> bool:
        """Whether somebody asked for its end."""
        return self._canceled.is_set()

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is going on any more."""
        return self._over.is_set()

    def _carry_out(self) -> None:
        try:
            self.result = self._work(self._tell)
        except PlantainError as error:
            self.problem = str(error)
        except Exception:
            log.exception("work on many runs failed")
            self.problem = WENT_WRONG
        finally:
            self._over.set()

    def _tell(self, gone_through: int) -> bool:
        self.gone_through = gone_through
        return not self._canceled.is_set()

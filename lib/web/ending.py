"""The server's end: soon after it was asked for, whatever hangs.

An orderly end waits for others: for requests that a browser never finishes, for the API's answers
to what was just sent, for the threads that wait for them. None of that is needed. What is under way
is on the disk, and the next start goes on with it as after a crash.
"""

import os
import signal
import threading
import time
from functools import partial
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any

LONGEST_END_S = 10.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)
STDERR = 2
LEFT_BEHIND = b"Plantain did not wait any longer: the next start goes on with what was under way.\n"

Asked = SimpleQueue[int]
"""The signals that came. A handler may interrupt anything, and this queue's `put` may be too."""


def end_soon_when_asked(within_s: float = LONGEST_END_S) -> None:
    """From now on SIGINT and SIGTERM leave the process `within_s` seconds to end in good order.

    After that it is ended; a second Ctrl+C ends it at once. Each signal still goes to whoever
    handled it before. Outside of the main thread, where no signal arrives, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    asked = Asked()
    threading.Thread(target=_watch, args=(asked, within_s), name="ending", daemon=True).start()
    for number in SIGNALS:
        signal.signal(number, partial(_hand_on, asked, signal.getsignal(number)))


def _hand_on(asked: Asked, to: Any, number: int, frame: FrameType | None) -> None:
    asked.put(number)
    if callable(to):
        to(number, frame)


def _watch(asked: Asked, within_s: float) -> None:
    first = asked.get()
    _wait_for_ctrl_c(asked, time.monotonic() + within_s)
    os.write(STDERR, LEFT_BEHIND)
    os._exit(128 + first)  # as shells name an end by a signal


def _wait_for_ctrl_c(asked: Asked, until_s: float) -> None:
    while (left_s := until_s - time.monotonic()) > 0:
        try:
            if asked.get(timeout=left_s) == signal.SIGINT:
                return
        except Empty:
            return

"""A piece of a test run in a process of its own, which may die of it."""

import os
import traceback
from collections.abc import Callable


def run_in_child(action: Callable[[], object]) -> int:
    """How a forked process ended that did `action`: 0, 1 after an error, or minus the signal."""
    return wait_for(start_child(action))


def start_child(action: Callable[[], object]) -> int:
    """The pid of a forked process that does `action` and ends."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        action()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def wait_for(pid: int) -> int:
    """The ending of that process, awaited."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

"""Waiting for a condition, and never for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

LIMIT_S = 90.0
STEP_S = 0.02
T = TypeVar("T")


def until(
    look: Callable[[], T | None],
    complaint: str,
    limit_s: float = LIMIT_S,
    *,
    step_s: float = STEP_S,
) -> T:
    """What `look` finds, as soon as it does. TimeoutError with `complaint` after `limit_s`."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(step_s)
    raise TimeoutError(f"{complaint} within {limit_s:.0f} s")

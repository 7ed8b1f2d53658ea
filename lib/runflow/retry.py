"""Ask again, where asking twice costs nothing: reads and downloads. The paid POST never comes here.

Full jitter as in "Exponential Backoff And Jitter" (AWS): many that failed together come back apart.
Figures from the API's documentation: from 1 s, doubled up to 32 s, at most 5 tries.
"""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina

from lib.domain.errors import ApiUnreachable, ModelUnavailable, TooManyRequests

T = TypeVar("T")

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 32.0
LONGEST_RETRY_AFTER_S = 120.0
"""A `Retry-After` beyond this is a no, not a longer wait."""

WORTH_ANOTHER_TRY = (ApiUnreachable, TooManyRequests, ModelUnavailable)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on asking: at most `tries`, each with `timeout_s` (None: the usual one).

    After `within_s` seconds no further try begins, nor another page of a search.
    """

    tries: int = 5
    timeout_s: float | None = None
    within_s: float | None = None


PATIENT = Patience()
"""For work that nobody watches."""
ONE_TRY = Patience(tries=1)
"""For whoever comes back by itself."""
BRIEF = Patience(tries=1, timeout_s=3.0)
"""For a page that someone waits for."""


def call(
    asking: Callable[[], T],
    patience: Patience = PATIENT,
    *,
    on: tuple[type[Exception], ...] = WORTH_ANOTHER_TRY,
) -> T:
    """Return what `asking` returns; ask again after one of the errors `on`, then raise the last."""
    if patience.tries <= 1:
        return asking()
    caller = stamina.RetryingCaller(attempts=patience.tries, timeout=patience.within_s)
    failures = itertools.count()

    def decide(error: Exception) -> float | bool:
        return isinstance(error, on) and wait_s(error, next(failures))

    return caller(decide, asking)


def wait_s(error: Exception, failures_before: int) -> float | bool:
    """Seconds to wait after `error`; False when the API asks for more than our patience."""
    jitter = random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**failures_before))
    asked: float | None = getattr(error, "retry_after_s", None)
    if asked is None:
        return jitter
    return max(jitter, asked) if asked <= LONGEST_RETRY_AFTER_S else False

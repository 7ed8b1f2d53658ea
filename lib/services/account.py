"""The account at the API: whether it answers, takes our key, and what is left."""

import threading
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.domain.errors import ApiError
from lib.runflow.api import Client
from lib.runflow.retry import BRIEF

FRESH_FOR_S = 15.0


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How the API answered. `problem` is None when all is well. Balance in micro-dollars."""

    is_reachable: bool
    balance_micros: int | None
    problem: str | None
    checked_at: int


class AccountService:
    """Asks the API about the account, briefly, and remembers the answer for a moment."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._last: AccountStatus | None = None
        self._stale_at_s = 0.0

    def status(self) -> AccountStatus:
        """The account, at most a moment old."""
        with self._lock:
            if self._last is None or self._clock.monotonic_s() >= self._stale_at_s:
                self._last = self._ask()
                self._stale_at_s = self._clock.monotonic_s() + FRESH_FOR_S
            return self._last

    def _ask(self) -> AccountStatus:
        now = self._clock.now_ms()
        try:
            self._client.health(patience=BRIEF)
        except ApiError as error:
            return AccountStatus(False, None, str(error), now)
        try:
            return AccountStatus(True, self._client.balance(patience=BRIEF), None, now)
        except ApiError as error:
            return AccountStatus(True, None, str(error), now)

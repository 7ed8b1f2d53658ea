"""The account at the API: whether it answers, takes our key, and what is left."""

import threading
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.domain.errors import (
    AnswerLost,
    ApiError,
    ApiUnreachable,
    KeyRefused,
    NeverSent,
    TooManyRequests,
)
from lib.domain.outside_spend import OutsideSpend
from lib.runflow.api import Client
from lib.runflow.retry import BRIEF
from lib.runflow.secret import Secret
from lib.services.outside_spend import OutsideSpending
from lib.settings import Settings

FRESH_FOR_S = 15.0
AT_ONCE_S = 0.5


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How the API answered. Balance in micro-dollars, `checked_at` in ms UTC.

    `problem` says what is wrong, in the words of the API or the network, and `remedy` what to do,
    in ours; both are None when all is well.
    """

    is_reachable: bool
    balance_micros: int | None
    problem: str | None
    remedy: str | None
    checked_at: int


class AccountService:
    """Asks the API about the account, with one short try, and remembers the answer for a moment."""

    def __init__(
        self, client: Client, clock: Clock, spending: OutsideSpending | None = None
    ) -> None:
        self._client = client
        self._spending = spending
        self._clock = clock
        self._lock = threading.Lock()
        self._last: AccountStatus | None = None
        self._stale_at_s = 0.0

    def status(self) -> AccountStatus:
        """The account, at most a moment old. Takes a few seconds when the API is silent."""
        with self._lock:
            if self._last is None or self._clock.monotonic_s() >= self._stale_at_s:
                self._last = self._ask()
                self._stale_at_s = self._clock.monotonic_s() + FRESH_FOR_S
            return self._last

    def outside_spend(self) -> OutsideSpend | None:
        """What left the account without us in the last month, as far as it is known."""
        return self._spending.summary() if self._spending else None

    def look_again(self) -> None:
        """Ask anew, so that there is a reading from time to time also when nobody looks."""
        self.forget()
        self.status()

    def forget(self) -> None:
        """Let the next look ask again."""
        with self._lock:
            self._last = None

    def _ask(self) -> AccountStatus:
        now = self._clock.now_ms()
        try:
            # The balance needs the key, so one answer tells of the address, the key and the credit.
            balance = self._spending.read(self._balance) if self._spending else self._balance()
        except ApiError as error:
            return AccountStatus(has_answered(error), None, str(error), remedy_for(error), now)
        return AccountStatus(True, balance, None, None, now)

    def _balance(self) -> int:
        asked_at_s = self._clock.monotonic_s()
        try:
            return self._client.balance(patience=BRIEF)
        except AnswerLost as error:
            # A kept connection that the server has just closed fails at once: a new one can tell.
            took_s = self._clock.monotonic_s() - asked_at_s
            if error.http_status is not None or took_s > AT_ONCE_S:
                raise
        return self._client.balance(patience=BRIEF)


def key_ending(settings: Settings) -> str | None:
    """The last four characters of the key, nothing of a short one; None when there is no key."""
    key = settings.runflow_api_key
    return None if key is None else Secret(key.get_secret_value()).last_four


def has_answered(error: ApiError) -> bool:
    """Whether something spoke HTTP at the API's address, whatever it said."""
    if isinstance(error, AnswerLost):
        return error.http_status is not None
    return not isinstance(error, ApiUnreachable)


def remedy_for(error: ApiError) -> str:
    """What whoever runs Plantain can do about it."""
    match error:
        case NeverSent():
            return (
                "Check the network of this machine and RUNFLOW_BASE_URL. "
                "Runs wait here, unsent and free, until the API can be reached."
            )
        case AnswerLost(http_status=None):
            return "The API is slow or the network is bad: check again in a moment."
        case AnswerLost():
            return (
                "The API has trouble, or RUNFLOW_BASE_URL is not its address: "
                "check again in a moment, then check the address."
            )
        case KeyRefused():
            return (
                "Check RUNFLOW_API_KEY: make or copy a key in the Runflow dashboard, "
                "and start Plantain again."
            )
        case TooManyRequests():
            return "Wait a minute and check again."
        case _:
            return "Runs may still work; only the balance is not known."

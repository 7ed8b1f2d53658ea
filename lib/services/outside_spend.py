"""Reading the account's balance, and telling what left it without us."""

import logging
from collections.abc import Callable

from lib.domain.errors import NotWritten
from lib.domain.outside_spend import OutsideSpend, outside_spend
from lib.store.balances import Balances

log = logging.getLogger(__name__)


class OutsideSpending:
    """Keeps a reading whenever the balance is asked for while no run of ours is under way."""

    def __init__(self, balances: Balances) -> None:
        self._balances = balances

    def read(self, ask: Callable[[], int]) -> int:
        """The balance that `ask` gets from the API, in micro-dollars; kept when it can be compared.

        Raises what `ask` raises. That a reading could not be kept is no reason not to show it.
        """
        before = self._balances.ours_if_quiet()
        balance = ask()
        if before is not None and before == self._balances.ours_if_quiet():
            try:
                self._balances.keep(balance, before)
            except NotWritten as error:
                log.warning("a reading of the balance was not kept: %s", error)
        return balance

    def summary(self) -> OutsideSpend | None:
        """What moved without us in the last month; None before there are two readings."""
        readings = self._balances.readings()
        if not readings:
            return None
        elsewhere = self._balances.elsewhere_since(readings[0].at)
        return outside_spend(readings, elsewhere_micros=elsewhere)

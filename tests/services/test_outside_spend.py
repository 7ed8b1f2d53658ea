"""The balance is compared with our own runs only where no charge can be on its way."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from lib.domain.outside_spend import OutsideSpend
from lib.domain.run import CostBasis, RunState
from lib.services.outside_spend import OutsideSpending
from lib.store.balances import CHARGED_WITHIN_MS, Balances
from tests.services.conftest import World
from tests.store import held_runs as ends
from tests.store.held_runs import PRICE, House, house_on
from tests.store.test_reconciliation import a_strangers_run


class Account:
    """A house, and an API's balance beside it."""

    def __init__(self, database: sa.Engine) -> None:
        self.house: House = house_on(database)
        self.balance = 10_000_000
        self.balances = Balances(database, self.house.clock, origin="sandbox")
        self.spending = OutsideSpending(self.balances)

    def read(self, ask: Callable[[], int] | None = None) -> int:
        return self.spending.read(ask or (lambda: self.balance))

    def pass_a_while(self) -> None:
        self.house.clock.pass_s(CHARGED_WITHIN_MS / 1000 + 1)

    def run(self, run_id: str) -> None:
        """A run of ours, charged and long over."""
        self.house.click(run_id)
        ends.finish(self.house, run_id, RunState.STORED, PRICE)
        self.balance -= PRICE
        self.pass_a_while()

    def told(self) -> OutsideSpend:
        found = self.spending.summary()
        assert found is not None
        return found


@pytest.fixture
def account(world: World) -> Account:
    return Account(world.database)


def test_our_own_runs_are_nothing_outside(account: Account):
    account.read()
    account.run("01")
    assert account.read() == 10_000_000 - PRICE

    told = account.told()

    assert (told.ours_micros, told.outside_micros, told.paid_in_micros) == (PRICE, 0, 0)


def test_what_went_away_without_us_is_told(account: Account):
    account.read()
    account.run("01")
    account.balance -= 1_230_000
    account.read()

    assert account.told().outside_micros == 1_230_000


def test_a_run_of_ours_that_is_under_way_is_not_taken_for_anothers(account: Account):
    account.read()
    account.house.click("01")
    ends.send(account.house, "01")
    account.balance -= PRICE
    account.pass_a_while()

    account.read()

    assert account.spending.summary() is None


def test_a_charge_may_come_a_little_later_than_the_end(account: Account):
    account.read()
    account.house.click("01")
    ends.finish(account.house, "01", RunState.STORED, PRICE)
    account.read()
    account.balance -= PRICE
    account.pass_a_while()
    account.read()

    told = account.told()
    assert (told.outside_micros, told.paid_in_micros) == (0, 0)


def test_a_run_that_ends_while_the_api_is_asked_spoils_the_reading(account: Account):
    account.read()

    def ask() -> int:
        account.run("01")
        return account.balance

    account.read(ask)

    assert account.spending.summary() is None


def test_runs_made_elsewhere_are_outside_and_named_as_known(account: Account):
    account.read()
    now = account.house.clock.now_ms()
    account.house.audits.adopt(a_strangers_run(created_at=now))
    account.house.ledger.finish(
        "0190-elsewhere", RunState.STORED, cost_micros=90_000, cost_basis=CostBasis.CONFIRMED
    )
    account.balance -= 90_000
    account.pass_a_while()
    account.read()

    told = account.told()
    assert (told.ours_micros, told.outside_micros, told.elsewhere_micros) == (0, 90_000, 90_000)


def test_what_says_the_same_is_kept_once(account: Account):
    account.read()
    account.pass_a_while()
    account.read()

    assert len(account.balances.readings()) == 1


def test_an_api_that_does_not_answer_leaves_no_reading(account: Account):
    def ask() -> int:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        account.read(ask)

    assert account.balances.readings() == []

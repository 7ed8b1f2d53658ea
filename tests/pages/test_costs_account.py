"""The account stands at the end of Costs: its balance beside our own ledger, and outside spend."""

from lib.bootstrap import Services
from lib.ui import money
from tests.pages.conftest import Make
from tests.pages.generating import PROMPT
from tests.pages.reading import ReadingPage


def test_the_balance_and_what_left_without_us_stand_on_costs(
    services: Services, make: Make
) -> None:
    services.account.look_again()
    make(PROMPT)
    services.account.look_again()

    page = ReadingPage("costs")

    balance = services.account.status().balance_micros
    assert page.metric("Balance, play money").value == money.price(balance)
    assert page.says("Runs made here") or page.says("What leaves the account without us")
    assert page.has_button("check_again")

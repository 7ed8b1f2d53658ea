"""Once a day the API's own price rules are compared with the book, and nothing is changed by it."""

import pytest
import sqlalchemy as sa

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.errors import ApiError
from lib.domain.price_book import current_prices
from lib.domain.price_rules import PriceCheck
from lib.runflow.wire import PricingRule
from lib.services.price_checking import PriceChecking
from lib.store.price_checks import PriceChecks
from tests.set_clock import SetClock

MODEL = DEFAULT_MODEL.id
DEARER = PricingRule("1", rule_effect_code="base", price_micros=90_000, currency_code="USD")


class Rules:
    """An API that lists these rules, or does not answer."""

    def __init__(self) -> None:
        self.rules: tuple[PricingRule, ...] | None = (DEARER,)
        self.times_asked = 0

    def model_pricing(self, model_id: str, *, patience: object) -> tuple[PricingRule, ...]:
        self.times_asked += 1
        if self.rules is None:
            raise ApiError("no answer")
        return self.rules


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def checking(database: sa.Engine, rules: Rules, clock: SetClock) -> PriceChecking:
    return PriceChecking(
        checks=PriceChecks(database, origin="api"), client=rules, prices=current_prices, clock=clock
    )


def last(database: sa.Engine, origin: str = "api") -> PriceCheck | None:
    return PriceChecks(database, origin=origin).last(MODEL)


def test_the_rules_are_compared_once_a_day(
    database: sa.Engine, checking: PriceChecking, rules: Rules, clock: SetClock
):
    checking.check_if_due()
    clock.pass_s(24 * 3600 - 1)
    checking.check_if_due()
    assert rules.times_asked == 1
    clock.pass_s(1)
    checking.check_if_due()

    assert rules.times_asked == 2
    found = last(database)
    assert found is not None
    assert found.at == clock.now_ms()
    assert ("1K image", 80_000, 90_000) in [
        (one.what, one.book_micros, one.api_micros) for one in found.differences
    ]
    assert last(database, "another") is None


def test_a_clock_that_was_ahead_keeps_nothing_from_being_compared(
    checking: PriceChecking, rules: Rules, clock: SetClock
):
    checking.check_if_due()
    clock.jump_s(-48 * 3600)
    checking.check_if_due()

    assert rules.times_asked == 2


def test_rules_that_are_switched_off_do_not_count(
    database: sa.Engine, checking: PriceChecking, rules: Rules
):
    rules.rules = (PricingRule("1", rule_effect_code="base", price_micros=1, disabled_at="now"),)
    checking.check_if_due()

    found = last(database)
    assert found is not None
    assert found.problem == "The API lists 0 base prices instead of one."


def test_an_api_that_does_not_tell_is_a_problem_and_no_difference(
    database: sa.Engine, checking: PriceChecking, rules: Rules, clock: SetClock
):
    rules.rules = None
    checking.check_if_due()

    assert last(database) == PriceCheck(clock.now_ms(), (), "no answer")

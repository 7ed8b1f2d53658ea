"""The API's own price rules against the book: every difference is told, and nothing else."""

from dataclasses import replace

import pytest

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.price_book import current_prices
from lib.domain.price_rules import PriceDifference, PriceRule, RulesUnreadable, differences

BOOK = current_prices(NANO_BANANA_2.id)
BASE = PriceRule("base", None, None, 80_000)
FACTORS = {"0.5K": 750_000, "1K": 1_000_000, "2K": 1_500_000, "4K": 2_000_000}
TIERS = tuple(PriceRule("multiply", "resolution", size, by) for size, by in FACTORS.items())
SEARCH = PriceRule("add", "enable_web_search", "true", 15_000)
THINKING = PriceRule("add", "thinking_level", "high", 2_000)
RULES = (BASE, *TIERS, SEARCH, THINKING)


def test_rules_that_say_the_same_differ_in_nothing():
    assert differences(BOOK, RULES) == ()
    without_its_one = tuple(rule for rule in RULES if rule.value != "1K")
    assert differences(BOOK, without_its_one) == ()


def test_another_base_price_changes_every_size():
    found = differences(BOOK, (replace(BASE, micros=100_000), *RULES[1:]))

    assert [(one.what, one.book_micros, one.api_micros) for one in found] == [
        ("0.5K image", 60_000, 75_000),
        ("1K image", 80_000, 100_000),
        ("2K image", 120_000, 150_000),
        ("4K image", 160_000, 200_000),
    ]


@pytest.mark.parametrize(
    ("rules", "difference"),
    [
        ((BASE, *TIERS, THINKING), PriceDifference("Web search", 15_000, 0)),
        (
            (*RULES, PriceRule("add", "thinking_level", "minimal", 500)),
            PriceDifference("thinking_level minimal", 0, 500),
        ),
        (
            (*RULES, PriceRule("add", "output_format", "webp", 500)),
            PriceDifference("add output_format webp", None, 500),
        ),
        (
            (*RULES, PriceRule("multiply", "resolution", "8K", 4_000_000)),
            PriceDifference("multiply resolution 8K", None, None),
        ),
        (
            (*RULES, PriceRule("surge", "hour", "noon", 9)),
            PriceDifference("surge hour noon", None, None),
        ),
    ],
)
def test_each_difference_is_told(rules: tuple[PriceRule, ...], difference: PriceDifference):
    assert differences(BOOK, rules) == (difference,)


@pytest.mark.parametrize(
    "rules",
    [
        (),
        RULES[1:],
        (BASE, *RULES),
        (replace(BASE, micros=None),),
        (replace(BASE, currency="EUR"),),
    ],
)
def test_rules_that_no_price_can_be_made_of_are_refused(rules: tuple[PriceRule, ...]):
    with pytest.raises(RulesUnreadable):
        differences(BOOK, rules)

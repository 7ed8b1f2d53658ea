"""An assumed price is confirmed by enough real runs in a row, and by nothing less."""

import pytest

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.price_book import current_prices
from lib.domain.price_lessons import ENOUGH_RUNS, Evidence, taught
from lib.domain.prices import Price, estimate

BOOK = current_prices(NANO_BANANA_2.id)
AGREES = Evidence(120_000, agrees=True)


def two_k(evidence: list[Evidence]) -> Price:
    price = taught(BOOK, {"image_2K": evidence}).price_of("resolution", "2K")
    assert price is not None
    return price


def test_enough_runs_that_agree_confirm_an_assumed_price():
    price = two_k([AGREES] * ENOUGH_RUNS)

    assert not price.assumed
    assert price.confirmed_by == ENOUGH_RUNS


@pytest.mark.parametrize(
    "evidence",
    [
        [],
        [AGREES] * (ENOUGH_RUNS - 1),
        [Evidence(120_000, agrees=False), *[AGREES] * ENOUGH_RUNS],
        [*[AGREES] * (ENOUGH_RUNS - 1), Evidence(120_000, agrees=False)],
        [Evidence(100_000, agrees=True)] * ENOUGH_RUNS,
    ],
    ids=["none", "too few", "the newest differs", "the last differs", "of another price"],
)
def test_less_confirms_nothing(evidence: list[Evidence]):
    assert two_k(evidence).assumed
    assert two_k(evidence).confirmed_by == 0


def test_nothing_else_is_changed():
    version = taught(BOOK, {"image_2K": [AGREES] * ENOUGH_RUNS})

    assert version.id == BOOK.id
    assert version.price_of("resolution", "4K") == BOOK.price_of("resolution", "4K")
    assert version.price_of("resolution", "1K") == BOOK.price_of("resolution", "1K")
    assert version.price_of("thinking_level", None) == BOOK.price_of("thinking_level", None)


def test_the_estimate_says_how_each_price_is_known():
    version = taught(BOOK, {"image_2K": [AGREES] * ENOUGH_RUNS})
    told = estimate(version, {"resolution": "2K", "enable_web_search": True}, images=1)

    assert [(line.sku, line.assumed, line.confirmed_by) for line in told.lines] == [
        ("image_2K", False, ENOUGH_RUNS),
        ("web_search", False, 0),
    ]
    assert not told.is_assumed

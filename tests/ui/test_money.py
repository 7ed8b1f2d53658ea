"""Money as people see it: never nothing where there is something, never more than is there."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.domain.money import dollars_from_micros
from lib.ui import money

AMOUNTS = st.integers(-(10**12), 10**12)


def worth(text: str) -> Decimal:
    """The amount that a text says."""
    return Decimal(text.replace("$", "").replace(",", ""))


@given(micros=AMOUNTS)
@example(micros=1)
@example(micros=-1)
@example(micros=499)
@example(micros=999_999)
def test_an_amount_that_is_not_zero_never_looks_like_zero(micros: int) -> None:
    assert (worth(money.price(micros)) == 0) == (micros == 0)
    assert (worth(money.signed(micros)) == 0) == (micros == 0)


def test_every_amount_below_two_cents_is_seen_to_be_one() -> None:
    for micros in range(1, 20_000):
        for amount in (micros, -micros):
            places = money.column_places([80_000, amount])
            shown = [
                money.price(amount),
                money.signed(amount),
                money.exact(amount),
                money.plain(amount),
                money.signed_column(amount, places),
            ]
            assert all(worth(text) for text in shown), (amount, shown)
            assert money.price(amount).lstrip("-") not in ("$0.00", "$0.000", "$0")


@given(micros=AMOUNTS)
def test_a_price_is_off_by_less_than_its_last_digit(micros: int) -> None:
    exact = dollars_from_micros(micros)
    step = Decimal("0.01") if abs(exact) >= 1 else Decimal("0.001")

    assert abs(worth(money.price(micros)) - exact) <= step / 2


@given(micros=AMOUNTS)
def test_the_exact_amount_is_exact(micros: int) -> None:
    assert worth(money.exact(micros)) == dollars_from_micros(micros)


@given(amounts=st.lists(AMOUNTS))
@example(amounts=[80_000, 97_000])
@example(amounts=[80_000, 1])
def test_a_column_has_the_decimals_that_its_finest_amount_needs(amounts: list[int]) -> None:
    places = money.column_places(amounts)

    for micros in amounts:
        assert Decimal(f"{micros / 1_000_000:.{places}f}") == dollars_from_micros(micros)
    assert places == 3 or any(micros % 10 ** (7 - places) for micros in amounts)


def test_a_column_may_be_given_amounts_that_can_be_read_only_once() -> None:
    assert money.column_places(iter([80_000, 1])) == 6


def test_amounts_look_as_the_design_says() -> None:
    assert money.price(80_000) == "$0.080"
    assert money.price(0) == "$0.000"
    assert money.price(1_234_567) == "$1.23"
    assert money.price(1_234_567_000) == "$1,234.57"
    assert money.price(-80_000) == "-$0.080"
    assert money.price(400) == "$0.0004"
    assert money.signed(15_000) == "+$0.015"
    assert money.exact(1_234_567) == "$1.234567"
    assert money.column_places([]) == 3


def test_an_unknown_amount_is_not_a_number() -> None:
    assert money.price(None) == money.exact(None) == money.signed(None) == money.UNKNOWN


@pytest.mark.parametrize(
    ("micros", "typed"),
    [
        (50_000_000, "50.00"),
        (12_500_000, "12.50"),
        (0, "0.00"),
        (400, "0.0004"),
        (80_001, "0.080001"),
    ],
)
def test_an_amount_to_be_typed_over_is_exact(micros: int, typed: str):
    assert money.plain(micros) == typed

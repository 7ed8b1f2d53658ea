"""Money is exact: whole micro-dollars, no float anywhere, halves to the even neighbour."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.money import dollars_from_micros, micros_from_dollars

ANY_MICROS = st.integers(-(2**63), 2**63 - 1)


@given(ANY_MICROS)
def test_micros_come_back_from_dollars(micros: int) -> None:
    assert micros_from_dollars(dollars_from_micros(micros)) == micros


@given(ANY_MICROS)
def test_micros_come_back_from_dollars_written_as_text(micros: int) -> None:
    assert micros_from_dollars(str(dollars_from_micros(micros))) == micros
    assert micros_from_dollars(f"{dollars_from_micros(micros):.6f}") == micros


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_a_sum_of_dollars_is_the_sum_of_micros(parts: list[int]) -> None:
    assert sum(map(dollars_from_micros, parts)) == dollars_from_micros(sum(parts))


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [
        ("0.08", 80_000),
        ("0.015", 15_000),
        ("0.002", 2_000),
        ("0.0800000", 80_000),
        ("8e-2", 80_000),
        ("-0.08", -80_000),
        ("0", 0),
        ("-0", 0),
        (" 1.5 ", 1_500_000),
        (1, 1_000_000),
        (Decimal("0.1") + Decimal("0.2"), 300_000),
    ],
)
def test_dollars_become_whole_micros(dollars: str | int | Decimal, micros: int) -> None:
    converted = micros_from_dollars(dollars)

    assert converted == micros
    assert type(converted) is int


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [
        ("0.0000004", 0),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.0000025", 2),
        ("0.00000250001", 3),
        ("-0.0000015", -2),
        ("-0.0000025", -2),
    ],
)
def test_finer_parts_are_rounded_half_to_even(dollars: str, micros: int) -> None:
    assert micros_from_dollars(dollars) == micros


@pytest.mark.parametrize("amount", [0.1, 0.0, float("nan"), float("inf"), 1e400], ids=repr)
def test_a_float_is_no_amount(amount: float) -> None:
    with pytest.raises(ValueError, match="not an amount in dollars"):
        micros_from_dollars(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "free",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "$1",
        "1,5",
        "0x10",
        True,
        None,
        b"1",
        [1],
    ],
    ids=repr,
)
def test_what_is_no_finite_number_is_no_amount(amount: object) -> None:
    with pytest.raises(ValueError, match="not an amount in dollars"):
        micros_from_dollars(amount)  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_any_text_is_a_whole_amount_of_micros_or_refused(text: str) -> None:
    try:
        micros = micros_from_dollars(text)
    except ValueError:
        return

    assert type(micros) is int


def test_dollars_are_decimals_never_floats() -> None:
    dollars = dollars_from_micros(80_000)

    assert type(dollars) is Decimal
    assert dollars == Decimal("0.08")


@pytest.mark.parametrize("amount", ["1e999999", "-9e9999999"])
def test_an_amount_beyond_all_measure_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount in dollars"):
        micros_from_dollars(amount)


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [
        ("0.00000050000000000000000000000000001", 1),
        ("123456789012345678901234567890.000001", 123456789012345678901234567890000001),
    ],
)
def test_an_amount_of_many_digits_is_rounded_once(dollars: str, micros: int) -> None:
    assert micros_from_dollars(dollars) == micros

"""Money as whole micro-dollars (USD x 1,000,000): sums are exact and no float ever touches them."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

MICROS_PER_DOLLAR = 1_000_000
MOST_DIGITS = 40
"""Before the point; `1e999999` is no amount, but could fill the memory."""


def micros_from_dollars(dollars: str | int | Decimal) -> int:
    """Turn a decimal amount in dollars into micro-dollars, rounding finer parts half to even.

    Raises ValueError for what is not a finite, sane decimal number. Floats are refused by type:
    0.1 as a float is already not ten cents.
    """
    if isinstance(dollars, bool) or not isinstance(dollars, str | int | Decimal):
        raise ValueError(f"not an amount in dollars: {dollars!r}")
    try:
        amount = Decimal(dollars)
    except (InvalidOperation, ValueError) as error:
        raise ValueError(f"not an amount in dollars: {str(dollars)[:40]!r}") from error
    if not amount.is_finite() or amount.adjusted() >= MOST_DIGITS:
        raise ValueError(f"not an amount in dollars: {str(dollars)[:40]!r}")
    with localcontext() as context:
        # Rounded once, at the end: the product keeps every digit.
        context.prec = len(amount.as_tuple().digits) + MOST_DIGITS
        return int((amount * MICROS_PER_DOLLAR).to_integral_value(ROUND_HALF_EVEN))


def exact_dollars(micros: int) -> str:
    """The amount in dollars to the last micro-dollar, without a sign of its currency: `0.095000`."""
    return f"{dollars_from_micros(micros):.6f}"


def dollars_from_micros(micros: int) -> Decimal:
    """The exact amount in dollars."""
    return Decimal(micros) / MICROS_PER_DOLLAR

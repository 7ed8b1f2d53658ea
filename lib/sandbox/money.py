"""Money as the sandbox counts it: whole micro-dollars inside, decimal text at the wire."""

from decimal import Decimal

MICROS = 1_000_000


def to_micros(dollars: str) -> int:
    """Micro-dollars of a decimal text; raises ValueError for anything finer or not a number."""
    try:
        micros = Decimal(dollars) * MICROS
        whole = int(micros)
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"{dollars!r} is not an amount in dollars, such as 12.50") from error
    if whole != micros:
        raise ValueError(f"{dollars!r} is finer than a micro-dollar")
    return whole


def to_text(micros: int) -> str:
    """The API's decimal text: at least two decimals, no superfluous zero after them."""
    sign = "-" if micros < 0 else ""
    whole, fraction = divmod(abs(micros), MICROS)
    decimals = f"{fraction:06d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"

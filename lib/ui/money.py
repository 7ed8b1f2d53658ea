"""Money for people: micro-dollars in, text out. The only place where an amount is rounded."""

from decimal import ROUND_HALF_EVEN, Decimal

from lib.domain.money import dollars_from_micros

UNKNOWN = "—"


def price(micros: int | None) -> str:
    """A unit price or a run's cost: `$0.095`, `$1.23`; never `$0.00` for what is not zero.

    Three decimals below a dollar, two above, and all there are where rounding would hide something.
    """
    if micros is None:
        return UNKNOWN
    dollars = dollars_from_micros(micros)
    places = Decimal("0.01") if abs(dollars) >= 1 else Decimal("0.001")
    rounded = dollars.quantize(places, ROUND_HALF_EVEN)
    shown = dollars if micros and not rounded else rounded
    return f"{'-' if shown < 0 else ''}${abs(shown):,f}"


def exact(micros: int | None) -> str:
    """The amount to the last micro-dollar: `$0.095000`."""
    if micros is None:
        return UNKNOWN
    dollars = dollars_from_micros(micros)
    return f"{'-' if dollars < 0 else ''}${abs(dollars):,.6f}"

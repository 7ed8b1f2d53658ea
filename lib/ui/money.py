"""Money for people: micro-dollars in, text out. The only place where an amount is rounded."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from lib.domain.money import MICROS_PER_DOLLAR, dollars_from_micros

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


def plain(micros: int) -> str:
    """The exact amount as it is typed into a field: `12.50`, `0.0004`."""
    dollars = dollars_from_micros(micros)
    return f"{dollars:.2f}" if dollars == dollars.quantize(Decimal("0.01")) else f"{dollars:f}"


def exact(micros: int | None) -> str:
    """The amount to the last micro-dollar: `$0.095000`."""
    if micros is None:
        return UNKNOWN
    dollars = dollars_from_micros(micros)
    return f"{'-' if dollars < 0 else ''}${abs(dollars):,.6f}"


def signed(micros: int | None) -> str:
    """A difference, with its sign: `+$0.015`, `-$0.080`, and `$0.000` where there is none."""
    return f"+{price(micros)}" if micros is not None and micros > 0 else price(micros)


def signed_column(micros: int, places: int) -> str:
    """A difference in a column of so many decimals: `+$0.017001`."""
    sign = "+" if micros > 0 else "-" if micros < 0 else ""
    return f"{sign}${abs(dollars_from_micros(micros)):,.{places}f}"


def column_places(amounts: Iterable[int]) -> int:
    """How many decimals a column needs so that none of its amounts is rounded: 3, or more."""
    all_of_them = tuple(amounts)
    for places in (3, 4, 5):
        if not any(micros % (MICROS_PER_DOLLAR // 10**places) for micros in all_of_them):
            return places
    return 6

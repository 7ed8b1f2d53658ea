"""Prices that are yet to come: the check of what was entered, and what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.domain.prices import Price, PriceVersion
from lib.domain.what_if import Charged, Choices, repriced

HIGHEST_MICROS = 1_000_000_000
"""A thousand dollars a picture: more is a slip of the pen."""
LONGEST_SOURCE = 300


class PricesUnusable(Exception):
    """What was entered cannot become a version of the price book; says which field, and why."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What an owner enters: a price and a mark *assumed* by SKU, and where they are from.

    `effective_from` is ms UTC; None: from now on.
    """

    model_id: str
    unit_micros: Mapping[str, int]
    assumed: frozenset[str]
    source: str
    effective_from: int | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One SKU of a rehearsal: its quantity in real runs, what that cost, and what it would."""

    sku: str
    label: str
    quantity: int
    was_micros: int
    would_micros: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What real runs would have cost under other prices, exactly: each line's quantity again.

    `other_micros` is what is not by the book (adjustments, canceled runs) and would stay.
    """

    lines: tuple[Rehearsed, ...]
    other_micros: int

    @property
    def was_micros(self) -> int:
        return sum(line.was_micros for line in self.lines) + self.other_micros

    @property
    def would_micros(self) -> int:
        return sum(line.would_micros for line in self.lines) + self.other_micros


def planned_version(base: PriceVersion, planned: Planned, *, version_id: str) -> PriceVersion:
    """`base` with the planned prices. Raises PricesUnusable."""
    source = planned.source.strip()
    if not 3 <= len(source) <= LONGEST_SOURCE:
        raise PricesUnusable(
            f"Source: say where these prices stand, in 3 to {LONGEST_SOURCE} characters."
        )

    def change(price: Price) -> Price:
        micros = planned.unit_micros.get(price.sku or "")
        if micros is None or not 0 < micros <= HIGHEST_MICROS:
            raise PricesUnusable(f"{price.label}: a price is more than $0 and at most $1,000.")
        return replace(
            price, unit_micros=micros, assumed=price.sku in planned.assumed, confirmed_by=0
        )

    return base.with_prices(change, id=version_id, source=source)


def rehearsal(version: PriceVersion, was: Mapping[str, tuple[int, int]]) -> Rehearsal:
    """Price again what was charged: quantity and amount by SKU."""
    charged = {sku: Charged(version.id, version.model_id, sku, *told) for sku, told in was.items()}

    def again(sku: str) -> int:
        return repriced([charged[sku]], Choices(), lambda _: version).would_micros

    lines = tuple(
        Rehearsed(price.sku, price.label, *was[price.sku], would_micros=again(price.sku))
        for price in version.priced()
        if price.sku and price.sku in was
    )
    listed = {line.sku for line in lines}
    return Rehearsal(lines, sum(amount for sku, (_, amount) in was.items() if sku not in listed))

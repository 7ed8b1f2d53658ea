"""What a run will cost: versions of a price book, and the estimate made from one of them.

A price that is not in the book refuses the run; it is never taken as $0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.errors import PriceUnknown

Choice = str | bool | None


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one choice. `sku` is None where the choice costs nothing."""

    unit_micros: int
    sku: str | None = None
    label: str = ""
    assumed: bool = False


FREE = Price(0)


@dataclass(frozen=True, slots=True)
class PriceVersion:
    """A model's prices per image in micro-dollars, from one day on.

    `choices` maps each priced input field to the price of each of its values. Every allowed
    value of a priced field stands there: what is missing has no known price.
    """

    id: str
    model_id: str
    effective_from: str
    source: str
    choices: Mapping[str, Mapping[Choice, Price]]

    def price_of(self, field: str, value: Choice) -> Price | None:
        """The price of choosing `value` for `field`; None when the book has none."""
        return self.choices.get(field, {}).get(value)


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """One part of an estimate: `quantity` x `unit_micros` = `amount_micros`."""

    sku: str
    label: str
    quantity: int
    unit_micros: int
    assumed: bool

    @property
    def amount_micros(self) -> int:
        return self.quantity * self.unit_micros


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is expected to cost, part by part, under one version of the price book."""

    version_id: str
    lines: tuple[EstimateLine, ...]

    @property
    def total_micros(self) -> int:
        return sum(line.amount_micros for line in self.lines)

    @property
    def is_assumed(self) -> bool:
        return any(line.assumed for line in self.lines)


def estimate(version: PriceVersion, values: Mapping[str, Any], *, images: int) -> Estimate:
    """Price `images` pictures made with the input `values`.

    Raises PriceUnknown, naming the field, when the book has no price for one of them.
    """
    lines = []
    for field in version.choices:
        value = values.get(field)
        price = version.price_of(field, value)
        if price is None:
            raise PriceUnknown(f"No price is known for {field} {value!r}: choose another value.")
        if price.sku:
            line = EstimateLine(price.sku, price.label, images, price.unit_micros, price.assumed)
            lines.append(line)
    return Estimate(version.id, tuple(lines))

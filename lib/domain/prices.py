"""What a run will cost: versions of a price book, and the estimate made from one of them.

A price that is not in the book refuses the run; it is never taken as $0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lib.domain.errors import PriceUnknown

Choice = str | bool | None


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one choice. `sku` is None where the choice costs nothing.

    `confirmed_by`: so many runs have shown that an assumed price is right.
    """

    unit_micros: int
    sku: str | None = None
    label: str = ""
    assumed: bool = False
    confirmed_by: int = 0


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

    def priced(self) -> tuple[Price, ...]:
        """Every price that is not free, in the order of the book."""
        return tuple(p for of_choice in self.choices.values() for p in of_choice.values() if p.sku)

    def choice_of(self, sku: str) -> "tuple[str, Choice, Price] | None":
        """The field and the value that a SKU stands for, and its price; None when it is not listed."""
        return next(
            (
                (field, value, price)
                for field, of_choice in self.choices.items()
                for value, price in of_choice.items()
                if price.sku == sku
            ),
            None,
        )

    def with_prices(self, change: Callable[[Price], Price], **values: str) -> "PriceVersion":
        """The same choices, with `change` made to each price that is not free."""
        choices = {
            field: {value: change(p) if p.sku else p for value, p in of_choice.items()}
            for field, of_choice in self.choices.items()
        }
        return replace(self, choices=choices, **values)


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A version and what is known of it. Times are ms UTC; `effective_to` None: until further notice.

    `seen_at`: when somebody read these prices at their source.
    """

    version: PriceVersion
    effective_from: int
    effective_to: int | None
    seen_at: int
    entered_by: str
    withdrawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class EstimateLine:
    """One part of an estimate: `quantity` x `unit_micros` = `amount_micros`."""

    sku: str
    label: str
    quantity: int
    unit_micros: int
    assumed: bool
    confirmed_by: int = 0

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
            told = (price.sku, price.label, images, price.unit_micros, price.assumed)
            lines.append(EstimateLine(*told, confirmed_by=price.confirmed_by))
    return Estimate(version.id, tuple(lines))

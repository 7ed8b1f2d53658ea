"""What was charged, priced again with other choices: exact, since a price depends on choices alone.

Each line's quantity stays. What is not by the price book (adjustments, canceled runs, prices that
the book has lost) stays as it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lib.domain.prices import Choice, Price, PriceVersion

FindVersion = Callable[[str], PriceVersion | None]


class Sizes(StrEnum):
    """At which resolution the pictures would have been made."""

    AS_THEY_WERE = "as-they-were"
    ALL_1K = "all-1k"
    LARGE_FOR_KEPT = "4k-for-kept"
    """4K only where the picture was kept, and 1K for the other ones."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What would have been chosen otherwise. `version`: the prices, if not those of each run."""

    sizes: Sizes = Sizes.AS_THEY_WERE
    without_web_search: bool = False
    minimal_thinking: bool = False
    version: PriceVersion | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """What was charged for one SKU under one version of the prices, reversals taken off."""

    price_version: str
    model_id: str
    sku: str
    quantity: int
    amount_micros: int
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Repriced:
    """The same charges with other choices, in micro-dollars.

    `fixed_micros` is the part of both that is not by the price book. `assumed`: the labels of
    prices that went into it and are assumed. `unpriced`: SKUs that the other prices do not have,
    which stayed as they were.
    """

    was_micros: int
    would_micros: int
    fixed_micros: int
    assumed: tuple[str, ...] = ()
    unpriced: tuple[str, ...] = ()

    @property
    def difference_micros(self) -> int:
        return self.would_micros - self.was_micros


def repriced(charged: Iterable[Charged], choices: Choices, find: FindVersion) -> Repriced:
    """Price again what was charged. Without any other choice it comes to the same."""
    was = would = fixed = 0
    assumed: dict[str, None] = {}
    unpriced: dict[str, None] = {}
    for one in charged:
        was += one.amount_micros
        own = find(one.price_version)
        place = own.choice_of(one.sku) if own else None
        if own is None or place is None:
            fixed += one.amount_micros
            would += one.amount_micros
            continue
        price = _price(own, place, choices, one)
        if price is None:
            unpriced[one.sku] = None
            would += one.amount_micros
            continue
        would += one.quantity * price.unit_micros
        if price.assumed:
            assumed[price.label] = None
    return Repriced(was, would, fixed, tuple(assumed), tuple(unpriced))


def _price(
    own: PriceVersion, place: tuple[str, Choice, Price], choices: Choices, one: Charged
) -> Price | None:
    """What each of them would have cost; None where the prices do not say."""
    field, value, price = place
    other = choices.version
    version = other if other is not None and other.model_id == one.model_id else own
    chosen = _chosen(field, value, choices, is_kept=one.is_kept)
    if version is own and chosen == value:
        return price
    return version.price_of(field, chosen)


def _chosen(field: str, value: Choice, choices: Choices, *, is_kept: bool) -> Choice:
    if field == "resolution":
        if choices.sizes is Sizes.ALL_1K:
            return "1K"
        if choices.sizes is Sizes.LARGE_FOR_KEPT and value == "4K" and not is_kept:
            return "1K"
    if field == "enable_web_search" and choices.without_web_search:
        return False
    if field == "thinking_level" and choices.minimal_thinking:
        return "minimal"
    return value

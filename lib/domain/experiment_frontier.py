"""Price against quality: which settings no cheaper ones beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lib.domain.intervals import Interval


@dataclass(frozen=True, slots=True)
class Offer:
    """Settings, the mean price of a run with them (micro-dollars), and how good they were found.

    `quality` is a share of votes won, or stars; `count` is of the votes or ratings.
    """

    label: str
    price_micros: Fraction
    quality: float
    interval: Interval | None
    count: int


def frontier(offers: Sequence[Offer]) -> list[Offer]:
    """Those that nothing beats that costs as much or less, the cheapest first."""
    best: list[Offer] = []
    for offer in sorted(offers, key=lambda one: (one.price_micros, -one.quality)):
        last = best[-1] if best else None
        if last is None or offer.quality > last.quality or _is_same(offer, last):
            best.append(offer)
    return best


def _is_same(offer: Offer, other: Offer) -> bool:
    return (offer.price_micros, offer.quality) == (other.price_micros, other.quality)

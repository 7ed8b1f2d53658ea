"""Which smaller requests fit into what is left of a budget, by the price rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.prices import FREE, Choice, PriceVersion, estimate

IMAGES = "num_images"
SIZE = "resolution"


@dataclass(frozen=True, slots=True)
class Smaller:
    """A request that fits: the fields that change, and what it is expected to cost."""

    images: int
    size: str
    without_extras: bool
    changes: Mapping[str, Any]
    total_micros: int


def smaller_requests(
    version: PriceVersion,
    values: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any],
    left_micros: int,
) -> tuple[Smaller, ...]:
    """What can be asked for instead of `values`, the largest size first: one for each size.

    Never more pictures than were asked for, nor a dearer size. The extras that are paid for (web
    search, high thinking) go back to their `defaults` only where nothing fits with them. Raises
    PriceUnknown.
    """
    found = tuple(_by_size(version, values, {}, left_micros))
    if found:
        return found
    extras = _without_extras(version, values, defaults)
    return tuple(_by_size(version, values, extras, left_micros)) if extras else ()


def _by_size(
    version: PriceVersion, values: Mapping[str, Any], extras: Mapping[str, Any], left_micros: int
) -> Iterator[Smaller]:
    asked = int(values.get(IMAGES) or 1)
    before = estimate(version, values, images=asked).total_micros
    for size in _sizes_up_to(version, values.get(SIZE)):
        changed = {**values, **extras, SIZE: size}
        unit = estimate(version, changed, images=1).total_micros
        images = asked if unit == 0 else min(asked, left_micros // unit)
        total = images * unit
        if images >= 1 and total < before:
            told = _told(values, {**extras, SIZE: size, IMAGES: images})
            yield Smaller(images, str(size), bool(extras), told, total)


def _sizes_up_to(version: PriceVersion, asked: Choice) -> list[Choice]:
    """The sizes that cost no more than the one that was asked for, the dearest first."""
    sizes = version.choices.get(SIZE, {})
    dearest = sizes[asked].unit_micros if asked in sizes else 0
    fitting = [size for size in sizes if sizes[size].unit_micros <= dearest]
    return sorted(fitting, key=lambda one: sizes[one].unit_micros, reverse=True)


def _told(values: Mapping[str, Any], changed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Only what differs from what was asked for."""
    return {name: value for name, value in changed.items() if values.get(name) != value}


def _without_extras(
    version: PriceVersion, values: Mapping[str, Any], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """The default of each paid field whose default is free."""
    return {
        field: defaults.get(field)
        for field in version.choices
        if version.price_of(field, values.get(field)) != FREE
        and version.price_of(field, defaults.get(field)) == FREE
    }

"""What a run is charged for: its cost taken apart into quantities of what the price book lists.

The cost is the truth, however it is known. Where the book says otherwise, the rest is an
adjustment: a line of its own, so that the lines always sum to the cost, and the difference is seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.domain.errors import PriceUnknown
from lib.domain.model import Model
from lib.domain.prices import PriceVersion, estimate
from lib.domain.run import OPEN, CostBasis, RunState

ADJUSTMENT = "adjustment"
"""What the API charged beyond, or less than, the price book."""
UNLISTED = "unlisted"
"""A whole cost that the price book has no parts for."""
CANCELED = "canceled_run"
"""What was charged for a run that was canceled at the API."""
OWN_SKUS = frozenset({ADJUSTMENT, UNLISTED, CANCELED})
"""What stands in lines and in no price book."""


@dataclass(frozen=True, slots=True)
class Charge:
    """`quantity` x `unit_micros` = `amount_micros`, for one SKU."""

    sku: str
    quantity: int
    unit_micros: int

    @property
    def amount_micros(self) -> int:
        return self.quantity * self.unit_micros


Charges = tuple[Charge, ...]
Priced = Callable[[int], Charges | None]
"""What the book says of so many images; None where it has no price."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What the ledger knows of a run's money. `images`: how many were asked for, and delivered."""

    state: RunState
    basis: CostBasis | None
    cost_micros: int | None
    estimate_micros: int
    asked: int
    delivered: int


def charges_of(ending: Ending, priced: Priced) -> Charges:
    """The lines of a run: they sum to its cost, or while that is in doubt, to its estimate.

    None for a run that is open or free.
    """
    if ending.state in OPEN or ending.basis is None:
        return ()
    if ending.basis is CostBasis.IN_DOUBT or ending.cost_micros is None:
        expected = priced(ending.asked)
        if expected is not None and _sum(expected) == ending.estimate_micros:
            return expected
        return _one(UNLISTED, ending.estimate_micros)
    return _known(ending, ending.cost_micros, priced)


def _known(ending: Ending, cost: int, priced: Priced) -> Charges:
    match ending.state:
        case RunState.FAILED:  # free, says the vendor: whatever is charged is beyond the book
            return _one(ADJUSTMENT, cost)
        case RunState.CANCELED:
            return _of_some_images(ending, cost, priced) or _one(CANCELED, cost)
        case RunState.PARKED:
            found = _of_some_images(ending, cost, priced)
            return _adjusted(priced(ending.asked), cost) if found is None else found
        case _:
            return _adjusted(priced(ending.delivered), cost)


def _of_some_images(ending: Ending, cost: int, priced: Priced) -> Charges | None:
    """Where nobody knows what was delivered, the cost itself may say of how many images it is."""
    for images in range(ending.asked, -1, -1):
        expected = priced(images)
        if expected is not None and _sum(expected) == cost:
            return expected
    return None


def _adjusted(expected: Charges | None, cost: int) -> Charges:
    if expected is None:
        return _one(UNLISTED, cost)
    return (*expected, *_one(ADJUSTMENT, cost - _sum(expected)))


def _one(sku: str, amount_micros: int) -> Charges:
    return (Charge(sku, 1, amount_micros),) if amount_micros else ()


def _sum(charges: Charges) -> int:
    return sum(charge.amount_micros for charge in charges)


def priced_by(version: PriceVersion | None, values: Mapping[str, Any]) -> Priced:
    """The prices of pictures that are made with the input `values`."""

    def priced(images: int) -> Charges | None:
        if version is None:
            return None
        try:
            lines = estimate(version, values, images=images).lines
        except (PriceUnknown, TypeError):  # what others asked for may be anything
            return None
        return tuple(
            Charge(line.sku, line.quantity, line.unit_micros) for line in lines if line.quantity
        )

    return priced


def images_asked(model: Model, asked: Mapping[str, Any]) -> int:
    """How many images an input asks for; the default where it says nothing that is allowed."""
    rule = model.input_field("num_images")
    found = asked.get(rule.name)
    is_allowed = found is not None and not rule.problem_with(found)
    return int((found if is_allowed else rule.default) or 1)

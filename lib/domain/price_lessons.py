"""What real runs teach about the price book: which assumed prices are right, and which prices are not.

The API's cost of a run is the truth. A run agrees with the book when the API confirmed its cost and
that is, to the micro-dollar, what the book says of what was delivered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lib.domain.prices import Price, PriceVersion

ENOUGH_RUNS = 5
"""So many runs in a row have to agree. One could by chance: a free credit that makes up for a higher
price, a picture that was left out. Five of different inputs do not, and a team makes five soon."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One run that the API confirmed: the price of a SKU it was charged at, and whether it agrees."""

    unit_micros: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """A run that the API charged otherwise than the book says: by `off_micros` more, or less.

    `at` is ms UTC, the run's click.
    """

    run_id: str
    at: int
    cost_micros: int
    off_micros: int


def taught(version: PriceVersion, newest: Mapping[str, Sequence[Evidence]]) -> PriceVersion:
    """The version as the newest runs of each SKU have confirmed it.

    A price that was confirmed is assumed again as soon as a run does not agree.
    """

    def learn(price: Price) -> Price:
        if not price.assumed or not _is_confirmed(price, newest.get(price.sku or "", ())):
            return price
        return replace(price, assumed=False, confirmed_by=ENOUGH_RUNS)

    return version.with_prices(learn)


def _is_confirmed(price: Price, newest: Sequence[Evidence]) -> bool:
    last = newest[:ENOUGH_RUNS]
    return len(last) == ENOUGH_RUNS and all(
        run.agrees and run.unit_micros == price.unit_micros for run in last
    )

"""What a run cost, and how that is known."""

from collections.abc import Mapping
from typing import Any

from lib.domain.catalog import find_model
from lib.domain.errors import PriceUnknown
from lib.domain.prices import PriceVersion, estimate
from lib.domain.run import CostBasis, RemoteRun, Run, RunState

LARGEST_COST_MICROS = 1_000_000_000_000
"""A million dollars: whoever names more for a run is not believed."""


def cost_of(
    run: Run,
    remote: RemoteRun,
    state: RunState,
    prices: PriceVersion | None,
    *,
    delivered: int,
) -> tuple[int | None, CostBasis]:
    """What the run cost, in micro-dollars, and how we know. The API's word is the truth.

    Without it: failed runs are free (the vendor's pricing page), pictures cost what the run's
    version of the price book (`prices`) says, and what else may have been charged is in doubt.
    """
    told = believable_cost(remote)
    if told is not None:
        return told, CostBasis.CONFIRMED
    if state is RunState.FAILED:
        return 0, CostBasis.COMPUTED
    if state is not RunState.STORED:
        return None, CostBasis.IN_DOUBT
    if prices is None:
        return None, CostBasis.IN_DOUBT
    try:
        return estimate(prices, _values(run), images=delivered).total_micros, CostBasis.COMPUTED
    except (PriceUnknown, TypeError):  # what others asked for may be anything, a list as a size too
        return None, CostBasis.IN_DOUBT


def believable_cost(remote: RemoteRun) -> int | None:
    """The cost (micro-dollars) that the API names, None where no one would believe it."""
    cost = remote.cost_micros
    return cost if cost is not None and 0 <= cost <= LARGEST_COST_MICROS else None


def _values(run: Run) -> Mapping[str, Any]:
    """The run's input. Who made it elsewhere may have left to the API what has a default."""
    return run.input if run.adopted_at is None else find_model(run.model_id).completed(run.input)

"""What each combination of settings costs, and how good it was found: by votes, else by stars."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lib.domain.experiment_effects import Effect, Measure, effect_on
from lib.domain.experiment_frontier import Offer
from lib.domain.experiment_results import Factor, Result
from lib.domain.experiment_vote_shares import votes_effect
from lib.domain.experiment_votes import Vote

FEWEST_RATINGS = 5
"""Or votes, of settings: below, their average is chance."""


def offers_of(
    factors: Sequence[Factor], results: Sequence[Result], votes: Sequence[Vote]
) -> tuple[Measure | None, list[Offer]]:
    """By what they are measured, and the offers; none where all settings cost the same."""
    settings = [nth for nth, factor in enumerate(factors) if factor.is_setting]
    if not settings:
        return None, []
    whole = Factor(tuple(factors[nth].name for nth in settings), is_setting=True)
    joined = [
        replace(result, values=(" · ".join(result.values[nth] for nth in settings),))
        for result in results
    ]
    found = votes_effect(whole, 0, joined, votes) or effect_on(Measure.RATING, whole, 0, joined)
    if found is None:
        return None, []
    offers = _offers(found, joined)
    return found.measure, offers if len({one.price_micros for one in offers}) > 1 else []


def _offers(found: Effect, joined: Sequence[Result]) -> list[Offer]:
    costs: dict[str, list[int]] = {}
    for result in joined:
        if result.cost_micros is not None:
            costs.setdefault(result.values[0], []).append(result.cost_micros)
    return [
        Offer(
            label=one.value,
            price_micros=Fraction(sum(paid), len(paid)),
            quality=float(one.mean),
            interval=one.interval,
            count=one.count,
        )
        for one in found.figures
        if one.count >= FEWEST_RATINGS and (paid := costs.get(one.value))
    ]

"""Until when a budget lasts, if what it counts goes on at the pace of the last four weeks."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.budget import BudgetUse

PACE_MS = 28 * 86_400_000


@dataclass(frozen=True, slots=True)
class RunOut:
    """A budget as it stands, and when it is used up, ms UTC: None when that is not before its end."""

    use: BudgetUse
    at_ms: int | None


def run_out(use: BudgetUse, *, pace_micros: int, now_ms: int) -> RunOut:
    """When a budget is used up. `pace_micros`: what it would have counted in the last PACE_MS."""
    if use.left_micros <= 0:
        return RunOut(use, now_ms)
    if pace_micros <= 0:
        return RunOut(use, None)
    at_ms = now_ms + use.left_micros * PACE_MS // pace_micros
    return RunOut(use, at_ms if at_ms < use.span.to_ms else None)


def tightest(run_outs: Sequence[RunOut]) -> RunOut | None:
    """The one that is used up first; else the one that has the smallest part of its limit left.

    Hard ones come before soft ones that are used up at the same time.
    """

    def key(one: RunOut) -> tuple[bool, int, float, bool]:
        limit = one.use.budget.terms.limit_micros
        part = one.use.left_micros / limit if limit else 0.0
        return one.at_ms is None, one.at_ms or 0, part, not one.use.budget.is_hard

    return min(run_outs, key=key, default=None)

"""Budgets from the user's side: setting them, what is left, and whether a run would fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.domain.budget import (
    Budget,
    BudgetChange,
    BudgetUse,
    BudgetWrong,
    Hold,
    Scope,
    Span,
    Strength,
    Terms,
    problem_with,
    whole_span,
)
from lib.domain.fitting import Smaller, smaller_requests
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.model import Model
from lib.domain.price_book import current_prices
from lib.domain.prices import PriceVersion
from lib.services.owners import refuse_others
from lib.store.budgets import Budgets

ALL_HOLDS = 500
"""More are not shown."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The budgets that a run of `amount_micros` would count in, as they stand now."""

    amount_micros: int
    uses: tuple[BudgetUse, ...]

    @property
    def refused(self) -> tuple[BudgetUse, ...]:
        """The hard budgets that it does not fit into."""
        return tuple(use for use in self._too_small if use.budget.is_hard)

    @property
    def warned(self) -> tuple[BudgetUse, ...]:
        """The soft ones."""
        return tuple(use for use in self._too_small if not use.budget.is_hard)

    @property
    def left_micros(self) -> int | None:
        """What the hard budgets leave together; None when there is none."""
        return min((use.left_micros for use in self.uses if use.budget.is_hard), default=None)

    @property
    def _too_small(self) -> Sequence[BudgetUse]:
        return [use for use in self.uses if not use.fits(self.amount_micros)]


class BudgetService:
    """The budgets of one `origin`. `by` is the person who sets them; `zone` counts their days."""

    def __init__(
        self,
        budgets: Budgets,
        *,
        zone: str,
        prices: Callable[[str], PriceVersion] = current_prices,
    ) -> None:
        self._budgets = budgets
        self._prices = prices
        self.zone = zone

    # -- setting ---------------------------------------------------------------------------------

    def make(self, terms: Terms, *, by: str) -> int:
        """A new budget; returns its id. Raises BudgetWrong, NotAnOwner and NotWritten."""
        refuse_others(by)
        problem = problem_with(terms)
        if problem:
            raise BudgetWrong(problem)
        if not self._budgets.has_subject(terms):
            raise BudgetWrong(f"subject: there is no such {terms.scope}, choose another one.")
        return self._budgets.make(terms, by=by)

    def change(self, budget_id: int, *, limit_micros: int, strength: Strength, by: str) -> bool:
        """Set another limit; False when that changes nothing. Raises as `make` does."""
        refuse_others(by)
        if limit_micros < 0:
            raise BudgetWrong("limit: give an amount from $0 up.")
        return self._budgets.change(budget_id, limit_micros=limit_micros, strength=strength, by=by)

    def end(self, budget_id: int, *, by: str) -> bool:
        """Let a budget limit nothing any more. Raises NotAnOwner and NotWritten."""
        refuse_others(by)
        return self._budgets.end(budget_id, by=by)

    # -- what is left ----------------------------------------------------------------------------

    def outlook(self, amount_micros: int, *, person: str, labels: LabelIds = NO_LABELS) -> Outlook:
        """How a run of that estimate would stand, if the person clicked now."""
        mine = [one for one in self._budgets.in_force() if _is_about(one.terms, person, labels)]
        return Outlook(amount_micros, tuple(self._budgets.uses(mine)))

    def smaller(
        self, model: Model, values: Mapping[str, Any], left_micros: int
    ) -> tuple[Smaller, ...]:
        """The requests that fit into what is left. Raises PriceUnknown."""
        completed = model.completed(values)
        return smaller_requests(
            self._prices(model.id),
            completed,
            defaults=model.defaults(),
            left_micros=left_micros,
        )

    # -- for who sets them -----------------------------------------------------------------------

    def all_uses(self) -> list[BudgetUse]:
        """What each budget in force holds now; one for another time with all of its time."""
        budgets = self._budgets.in_force()
        now = {use.budget.id: use for use in self._budgets.uses(budgets)}
        return [
            now.get(one.id) or self._budgets.use_in(one, whole_span(one.terms)) for one in budgets
        ]

    def holds(self, of: Budget, span: Span) -> list[Hold]:
        """The runs whose estimates a budget holds, oldest first."""
        return self._budgets.holds(of, span, ALL_HOLDS)

    def history(self, limit: int) -> list[BudgetChange]:
        """What was done to budgets, newest first."""
        return self._budgets.history(limit)


def _is_about(terms: Terms, person: str, labels: LabelIds) -> bool:
    """As the click will see it."""
    subjects: Mapping[Scope, Sequence[object]] = {
        Scope.TEAM: ("",),
        Scope.PERSON: (person,),
        Scope.TAG: labels.tag_ids,
        Scope.COLLECTION: labels.collection_ids,
    }
    return terms.subject in {str(subject) for subject in subjects.get(terms.scope, ())}

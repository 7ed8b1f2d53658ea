"""What budgets hold, and the check of a click against them. Each works in its caller's transaction.

There is no row for a hold: the run itself is the hold. From the click on it counts with its
estimate, from its end on with its cost, so a hold ends where the run does, in the same write, and
nothing can be left behind or drift away, whatever is killed or corrected later.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Budget, BudgetUse, OverBudget, Scope, Span, window_at
from lib.store.budget_rows import budget_of
from lib.store.budget_sums import sums_in
from lib.store.entries import NewRun
from lib.store.experiment_entries import Claim
from lib.store.experiment_use import waiting_micros
from lib.store.schema_budgets import budget


def refuse_over_budget(db: sa.Connection, new: NewRun | Claim, now_ms: int) -> None:
    """Raise OverBudget when a click does not fit into each hard budget that it belongs to.

    The caller holds the write lock and writes the run in the same transaction: what was left is
    left until then, whoever else clicks. A run for a cell may take what is held for cells.
    """
    hard = [found for found in budgets_of_click(db, new) if found.is_hard]
    found = (use_at(db, one, now_ms, with_cells=not new.is_held) for one in hard)
    full = [use for use in found if use is not None and not use.fits(new.estimate_micros)]
    if full:
        raise OverBudget(full, new.estimate_micros)


def budgets_of_click(db: sa.Connection, new: NewRun | Claim) -> list[Budget]:
    """The budgets in force that a new run counts in, kept from being changed meanwhile."""
    subjects: dict[str, object] = {
        "origin": new.origin,
        Scope.PERSON: [new.created_by],
        Scope.TAG: [str(tag_id) for tag_id in new.tag_ids],
        Scope.COLLECTION: [str(collection_id) for collection_id in new.collection_ids],
        Scope.EXPERIMENT: [new.experiment_id] if new.experiment_id else [],
    }
    rows = db.execute(_of_click(), subjects)
    return [budget_of(row) for row in rows]


@cache
def _of_click() -> sa.Select[*tuple[Any, ...]]:
    """Made once: a click waits for it, and to make it takes longer than to run it."""
    scopes = (Scope.PERSON, Scope.TAG, Scope.COLLECTION, Scope.EXPERIMENT)
    about = [
        (budget.c.scope == scope) & budget.c.subject.in_(sa.bindparam(scope.value, expanding=True))
        for scope in scopes
    ]
    return (
        sa.select(budget)
        .where(budget.c.origin == sa.bindparam("origin"), budget.c.ended_at.is_(None))
        .where(sa.or_(budget.c.scope == Scope.TEAM, *about))
        .order_by(budget.c.id)
        .with_for_update()
    )


def use_at(
    db: sa.Connection, of: Budget, now_ms: int, *, with_cells: bool = True
) -> BudgetUse | None:
    """What the budget's window that now is in holds, with the cells of experiments that wait or
    without; None when it has no window now."""
    span = window_at(of.terms, now_ms)
    if span is None:
        return None
    use = use_in(db, of, span)
    if not with_cells:
        return use
    return replace(use, held_micros=use.held_micros + waiting_micros(db, of))


def use_in(db: sa.Connection, of: Budget, span: Span) -> BudgetUse:
    """What the budget holds of the runs clicked in a span."""
    return BudgetUse(of, span, *sums_in(db, of, span))

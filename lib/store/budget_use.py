"""What budgets hold, and the check of a click against them. Each works in its caller's transaction.

There is no row for a hold: the run itself is the hold. From the click on it counts with its estimate,
from its end on with its cost, so a hold ends where the run does, in the same write, and nothing can
be left behind or drift away, whatever is killed or corrected later.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Budget, BudgetUse, OverBudget, Scope, Span, window_at
from lib.store.budget_rows import budget_of
from lib.store.budget_sums import sums_in
from lib.store.entries import NewRun
from lib.store.schema_budgets import budget


def refuse_over_budget(db: sa.Connection, new: NewRun, now_ms: int) -> None:
    """Raise OverBudget when a click does not fit into each hard budget that it belongs to.

    The caller holds the write lock and writes the run in the same transaction: what was left is
    left until then, whoever else clicks.
    """
    hard = [found for found in budgets_of_click(db, new) if found.is_hard]
    uses = [use for found in hard if (use := use_at(db, found, now_ms)) is not None]
    full = [use for use in uses if not use.fits(new.estimate_micros)]
    if full:
        raise OverBudget(full, new.estimate_micros)


def budgets_of_click(db: sa.Connection, new: NewRun) -> list[Budget]:
    """The budgets in force that a new run counts in, kept from being changed meanwhile."""
    subjects: dict[str, object] = {
        "origin": new.origin,
        Scope.PERSON: [new.created_by],
        Scope.TAG: [str(tag_id) for tag_id in new.tag_ids],
        Scope.COLLECTION: [str(collection_id) for collection_id in new.collection_ids],
    }
    rows = db.execute(_of_click(), subjects)
    return [budget_of(row) for row in rows]


@cache
def _of_click() -> sa.Select[*tuple[Any, ...]]:
    """Made once: a click waits for it, and to make it takes longer than to run it."""
    scopes = (Scope.PERSON, Scope.TAG, Scope.COLLECTION)
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


def use_at(db: sa.Connection, of: Budget, moment_ms: int) -> BudgetUse | None:
    """What the budget's window at a moment holds; None when it has none then."""
    span = window_at(of.terms, moment_ms)
    return None if span is None else use_in(db, of, span)


def use_in(db: sa.Connection, of: Budget, span: Span) -> BudgetUse:
    """What the budget holds of the runs clicked in a span."""
    return BudgetUse(of, span, *sums_in(db, of, span))

"""What budgets hold, and the check of a click against them. Each works in its caller's transaction.

There is no row for a hold, and no counter: the run itself is the hold. From the click on it counts
with its estimate, from its end on with its cost, so a hold ends where the run does, in the same
write, and nothing can be left behind or drift away, whatever is killed or corrected later.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Budget, BudgetUse, OverBudget, Scope, Span, window_at
from lib.domain.run import OPEN
from lib.store import schema, schema_history
from lib.store.budget_rows import budget_of
from lib.store.entries import NewRun
from lib.store.schema_budgets import budget

run, line = schema.run, schema_history.run_index
LISTS = {
    Scope.TAG: (schema_history.run_tag, schema_history.run_tag.c.tag_id),
    Scope.COLLECTION: (
        schema_history.run_collection,
        schema_history.run_collection.c.collection_id,
    ),
}


def refuse_over_budget(db: sa.Connection, new: NewRun, now_ms: int) -> None:
    """Raise OverBudget when a click does not fit into each hard budget that it belongs to.

    The caller holds the write lock and writes the run in the same transaction: what was left is
    left until then, whoever else clicks.
    """
    hard = [found for found in budgets_of_click(db, new) if found.is_hard]
    full = [found for found in hard if not _has_room(db, found, new.estimate_micros, now_ms)]
    if full:
        uses = [use for found in full if (use := use_at(db, found, now_ms))]
        raise OverBudget(uses, new.estimate_micros)


def _has_room(db: sa.Connection, of: Budget, amount_micros: int, now_ms: int) -> bool:
    """As `BudgetUse.fits`, with the one sum that it takes: writers wait for each other here."""
    span = window_at(of.terms, now_ms)
    if span is None or amount_micros == 0:
        return True
    counts_as = sa.func.coalesce(run.c.cost_micros, run.c.estimate_micros)
    used = db.scalar(sa.select(sa.func.sum(counts_as)).where(*counted(of, span)))
    return int(used or 0) + amount_micros <= of.terms.limit_micros


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
    cost, estimate = run.c.cost_micros, run.c.estimate_micros
    is_open = cost.is_(None) & run.c.state.in_(OPEN)
    in_doubt = cost.is_(None) & run.c.state.not_in(OPEN)
    query = sa.select(
        sa.func.sum(cost),
        sa.func.sum(estimate).filter(is_open),
        sa.func.sum(estimate).filter(in_doubt),
    ).where(*counted(of, span))
    spent, held, doubtful = db.execute(query).one()
    return BudgetUse(of, span, int(spent or 0), int(held or 0), int(doubtful or 0))


def counted(of: Budget, span: Span) -> Iterator[sa.ColumnElement[bool]]:
    """That a run counts in a budget, deleted or not: what was paid stays paid."""
    terms = of.terms
    yield run.c.origin == of.origin
    yield run.c.created_at >= span.from_ms
    yield run.c.created_at < span.to_ms
    if terms.scope is Scope.PERSON:
        yield run.c.created_by == terms.subject
    if terms.scope in LISTS:
        listed, of_list = LISTS[terms.scope]
        lines = sa.select(line.c.run_id).join(listed, listed.c.no == line.c.no)
        yield run.c.id.in_(lines.where(of_list == int(terms.subject)))
    if terms.scope is Scope.EXPERIMENT:
        yield sa.false()  # no run is of an experiment yet

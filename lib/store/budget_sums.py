"""What the runs of a window have cost and still may, without a look at each of them.

`budget_sum` has what runs have cost, by quarters of an hour and by days of UTC, under each of what
budgets can be for. Triggers bring it along in every write that changes a cost, so it is the sum of
the runs at any moment, whatever is killed. What is open or in doubt is few, and summed up from the
runs themselves.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Budget, Scope, Span
from lib.domain.run import OPEN
from lib.store import schema, schema_history
from lib.store.experiment_use import runs_of
from lib.store.migrations.budget_triggers import DAY_MS, FILL, QUARTER_MS
from lib.store.schema_budgets import budget_sum

run, line = schema.run, schema_history.run_index
LISTS = {
    Scope.TAG: (schema_history.run_tag, schema_history.run_tag.c.tag_id),
    Scope.COLLECTION: (
        schema_history.run_collection,
        schema_history.run_collection.c.collection_id,
    ),
}
Piece = tuple[int, int, int]
"""A span's length, and from when to when there are such spans; ms UTC."""


def sums_in(db: sa.Connection, of: Budget, span: Span) -> tuple[int, int, int]:
    """What the window's runs have cost, and what those are expected to that are open or in doubt."""
    pieces, values = pieces_of(span), values_of(of, span)
    if pieces is None or of.terms.scope is Scope.EXPERIMENT:  # an experiment's runs are few
        query = _sums(of.terms.scope, is_by_sums=False)
    else:
        query = _sums(of.terms.scope, is_by_sums=True)
        for number, (length_ms, begins, ends) in enumerate(pieces):
            values |= {f"span{number}": length_ms, f"from{number}": begins, f"to{number}": ends}
    spent, held, expected = (int(micros or 0) for micros in db.execute(query, values).one())
    return spent, held, expected - held


def values_of(of: Budget, span: Span) -> dict[str, Any]:
    """What `counted` and `unsettled` are to be asked with."""
    subject: object = of.terms.subject
    values: dict[str, Any] = {"origin": of.origin, "scope": of.terms.scope, "subject": subject}
    values |= {"from_ms": span.from_ms, "to_ms": span.to_ms}
    return values | ({"number": int(of.terms.subject)} if of.terms.scope in LISTS else {})


def unsettled(scope: Scope) -> Sequence[sa.ColumnElement[bool]]:
    """That a run counts in a budget and has no cost yet. Spelt as in its index."""
    return (run.c.cost_micros.is_(None), *counted(scope))


def counted(scope: Scope) -> Sequence[sa.ColumnElement[bool]]:
    """That a run counts in a budget, deleted or not: what was paid stays paid."""
    counts = [
        run.c.origin == sa.bindparam("origin"),
        run.c.created_at >= sa.bindparam("from_ms"),
        run.c.created_at < sa.bindparam("to_ms"),
    ]
    if scope is Scope.PERSON:
        counts.append(run.c.created_by == sa.bindparam("subject"))
    if scope in LISTS:
        listed, of_list = LISTS[scope]
        lines = sa.select(line.c.no).join(listed, listed.c.no == line.c.no)
        is_of_it = lines.where(line.c.run_id == run.c.id, of_list == sa.bindparam("number"))
        counts.append(is_of_it.correlate(run).exists())
    if scope is Scope.EXPERIMENT:
        counts.append(run.c.id.in_(runs_of(sa.bindparam("subject"))))
    return counts


@cache
def _sums(scope: Scope, *, is_by_sums: bool) -> sa.Select[*tuple[Any, ...]]:
    """Made once: a click waits for it, and to make it takes longer than to run it."""
    estimate, is_open = run.c.estimate_micros, sa.text(schema.one_of("state", OPEN))
    spent = _settled() if is_by_sums else _settled_one_by_one(scope)
    return sa.select(
        spent.label("spent"),
        sa.func.sum(estimate).filter(is_open),
        sa.func.sum(estimate).label("unsettled"),
    ).where(*unsettled(scope))


def _settled() -> sa.ScalarSelect[int]:
    parts = [
        sa.select(sa.func.sum(budget_sum.c.cost_micros).label("micros")).where(
            budget_sum.c.origin == sa.bindparam("origin"),
            budget_sum.c.scope == sa.bindparam("scope"),
            budget_sum.c.subject == sa.bindparam("subject"),
            budget_sum.c.span_ms == sa.bindparam(f"span{number}"),
            budget_sum.c.begins_at >= sa.bindparam(f"from{number}"),
            budget_sum.c.begins_at < sa.bindparam(f"to{number}"),
        )
        for number in range(3)
    ]
    return sa.select(sa.func.sum(sa.union_all(*parts).subquery().c.micros)).scalar_subquery()


def _settled_one_by_one(scope: Scope) -> sa.ScalarSelect[int]:
    settled = sa.select(sa.func.sum(run.c.cost_micros)).where(*counted(scope))
    return settled.correlate(None).scalar_subquery()


def sum_up_anew(db: sa.Connection) -> None:
    """Make the sums from the runs: after a copy of them that was made without triggers."""
    for statement in FILL:
        db.exec_driver_sql(statement)


def pieces_of(span: Span) -> tuple[Piece, Piece, Piece] | None:
    """The window as whole days UTC and the quarters of an hour before and after them.

    None when it is cut within a quarter, as no zone of today does.
    """
    if span.from_ms % QUARTER_MS or span.to_ms % QUARTER_MS:
        return None
    first_day = -(-span.from_ms // DAY_MS) * DAY_MS
    last_day = max(first_day, span.to_ms // DAY_MS * DAY_MS)
    return (
        (QUARTER_MS, span.from_ms, min(first_day, span.to_ms)),
        (DAY_MS, first_day, last_day),
        (QUARTER_MS, last_day, span.to_ms),
    )

"""The budget of an experiment's own, made and ended in the transaction that starts or stops it."""

from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.budget import ChangeOfBudget, Scope, Strength, Terms, Window
from lib.domain.days import day_of
from lib.store.budget_rows import row_of
from lib.store.experiment_entries import NewExperiment
from lib.store.schema_budgets import budget, budget_change

FOR_EVER = date(2999, 12, 31)
"""The last day of a cap: an experiment has no end that is known before."""


def make_cap(db: sa.Connection, new: NewExperiment, now_ms: int, zone: str) -> None:
    """A hard budget of its own, in the same transaction, if one is wanted."""
    if new.cap_micros is None:
        return
    scope = (Scope.EXPERIMENT, new.id, Window.ONCE)
    day = day_of(now_ms, ZoneInfo(zone))
    terms = Terms(*scope, new.cap_micros, Strength.HARD, zone, day, FOR_EVER)
    values = row_of(terms) | {"origin": new.origin, "created_at": now_ms}
    made = db.execute(budget.insert().values(**values, created_by=new.created_by))
    change = {"budget_id": (made.inserted_primary_key or (0,))[0], "at": now_ms}
    change |= {"by": new.created_by, "kind": ChangeOfBudget.MADE, "body": row_of(terms)}
    db.execute(budget_change.insert().values(**change))


def end_cap(db: sa.Connection, experiment_id: str, now_ms: int) -> None:
    """It holds nothing any more."""
    db.execute(
        budget.update()
        .where(budget.c.scope == Scope.EXPERIMENT, budget.c.subject == experiment_id)
        .where(budget.c.ended_at.is_(None))
        .values(ended_at=now_ms)
    )

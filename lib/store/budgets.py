"""Keeping budgets: made, changed and ended by people, each change on record for good."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import (
    BY_NUMBER,
    Budget,
    BudgetChange,
    BudgetUse,
    ChangeOfBudget,
    Hold,
    Scope,
    Span,
    Strength,
    Terms,
)
from lib.domain.clock import Clock
from lib.domain.organising import Sharing
from lib.domain.run import RunState
from lib.store import schema
from lib.store.budget_rows import budget_of, row_of, subject_name
from lib.store.budget_sums import unsettled, values_of
from lib.store.budget_use import use_at, use_in
from lib.store.database import writing
from lib.store.schema_budgets import budget, budget_change
from lib.store.schema_history import collection, tag


class Budgets:
    """Writes and reads the budgets of one `origin`: sandbox and real money never share one."""

    def __init__(self, engine: sa.Engine, clock: Clock, *, origin: str) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin

    # -- by a person -----------------------------------------------------------------------------

    def make(self, terms: Terms, *, by: str) -> int:
        """A new budget; returns its id."""
        now = self._clock.now_ms()
        values = row_of(terms) | {"origin": self._origin, "created_at": now, "created_by": by}
        with writing(self._engine) as db:
            made = db.execute(budget.insert().values(**values)).inserted_primary_key or (0,)
            self._tell(db, int(made[0]), by, ChangeOfBudget.MADE, terms)
            return int(made[0])

    def change(self, budget_id: int, *, limit_micros: int, strength: Strength, by: str) -> bool:
        """Set another limit; False when the budget has ended, or has these terms already."""
        with writing(self._engine) as db:
            found = self._in_force(db, budget_id)
            if found is None:
                return False
            changed = replace(found.terms, limit_micros=limit_micros, strength=strength)
            if changed == found.terms:
                return False
            db.execute(budget.update().where(budget.c.id == budget_id).values(**row_of(changed)))
            self._tell(db, budget_id, by, ChangeOfBudget.CHANGED, changed)
            return True

    def end(self, budget_id: int, *, by: str) -> bool:
        """Let a budget limit nothing any more; False when it has ended already."""
        with writing(self._engine) as db:
            found = self._in_force(db, budget_id)
            if found is None:
                return False
            ended = budget.update().where(budget.c.id == budget_id)
            db.execute(ended.values(ended_at=self._clock.now_ms()))
            self._tell(db, budget_id, by, ChangeOfBudget.ENDED, found.terms)
            return True

    def _in_force(self, db: sa.Connection, budget_id: int) -> Budget | None:
        query = sa.select(budget).where(budget.c.id == budget_id, *self._mine())
        row = db.execute(query.with_for_update()).one_or_none()
        return None if row is None else budget_of(row)

    def _tell(
        self, db: sa.Connection, budget_id: int, by: str, kind: ChangeOfBudget, terms: Terms
    ) -> None:
        values = {"budget_id": budget_id, "at": self._clock.now_ms(), "by": by, "kind": kind}
        db.execute(budget_change.insert().values(**values, body=row_of(terms)))

    # -- reading ---------------------------------------------------------------------------------

    def has_subject(self, terms: Terms) -> bool:
        """Whether the tag or the team's collection that a budget would be for is there."""
        if terms.scope not in BY_NUMBER:
            return True
        number = int(terms.subject)
        is_there = {
            Scope.TAG: sa.exists().where(tag.c.id == number),
            Scope.COLLECTION: sa.exists().where(
                collection.c.id == number, collection.c.sharing == Sharing.TEAM
            ),
        }
        with self._engine.connect() as db:
            return bool(db.scalar(sa.select(is_there[terms.scope])))

    def in_force(self) -> list[Budget]:
        """The budgets that have not been ended, oldest first; without the caps of experiments."""
        of_people = budget.c.scope != Scope.EXPERIMENT
        query = sa.select(budget, subject_name()).where(*self._mine(), of_people)
        with self._engine.connect() as db:
            return [budget_of(row) for row in db.execute(query.order_by(budget.c.id))]

    def uses(self, budgets: Collection[Budget]) -> list[BudgetUse]:
        """What each holds now; one that is for another time is left out."""
        now = self._clock.now_ms()
        with self._engine.connect() as db:
            found = [use_at(db, one, now) for one in budgets]
        return [use for use in found if use is not None]

    def use_in(self, of: Budget, span: Span) -> BudgetUse:
        """What a budget holds of the runs clicked in a span."""
        with self._engine.connect() as db:
            return use_in(db, of, span)

    def holds(self, of: Budget, span: Span, limit: int) -> list[Hold]:
        """The runs whose estimates a budget holds, oldest first, those in doubt too."""
        run = schema.run
        query = (
            sa.select(run.c.id, run.c.state, run.c.created_at, run.c.created_by)
            .add_columns(run.c.estimate_micros)
            .where(*unsettled(of.terms.scope))
            .order_by(run.c.created_at, run.c.id)
            .limit(limit)
        )
        with self._engine.connect() as db:
            rows = db.execute(query, values_of(of, span)).all()
        return [
            Hold(row.id, RunState(row.state), row.created_at, row.created_by, row.estimate_micros)
            for row in rows
        ]

    def history(self, limit: int) -> list[BudgetChange]:
        """What was done to this origin's budgets, newest first."""
        query = (
            sa.select(budget, budget_change.c.at, budget_change.c.by, budget_change.c.kind)
            .add_columns(budget_change.c.body, subject_name())
            .join(budget, budget.c.id == budget_change.c.budget_id)
            .where(budget.c.origin == self._origin)
            .order_by(budget_change.c.seq.desc())
            .limit(limit)
        )
        with self._engine.connect() as db:
            return [_change(row) for row in db.execute(query)]

    def _mine(self) -> Sequence[sa.ColumnElement[bool]]:
        return (budget.c.origin == self._origin, budget.c.ended_at.is_(None))


def _change(row: Any) -> BudgetChange:
    return BudgetChange(
        budget=budget_of(row),
        at=row.at,
        by=row.by,
        kind=ChangeOfBudget(row.kind),
        limit_micros=int(row.body["limit_micros"]),
        strength=Strength(row.body["strength"]),
    )

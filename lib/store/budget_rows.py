"""Budgets as rows, and rows as budgets."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lib.domain.budget import Budget, Scope, Strength, Terms, Window
from lib.domain.organising import Sharing
from lib.store.schema import Whole
from lib.store.schema_budgets import budget
from lib.store.schema_history import collection, tag


def row_of(terms: Terms) -> dict[str, Any]:
    """The columns of what a person has set; days as ISO text."""
    return {
        "scope": terms.scope,
        "subject": terms.subject,
        "window": terms.window,
        "limit_micros": terms.limit_micros,
        "strength": terms.strength,
        "zone": terms.zone,
        "first_day": terms.first_day.isoformat() if terms.first_day else None,
        "last_day": terms.last_day.isoformat() if terms.last_day else None,
    }


def budget_of(row: Any) -> Budget:
    """The budget that a row is."""
    terms = Terms(
        scope=Scope(row.scope),
        subject=row.subject,
        window=Window(row.window),
        limit_micros=row.limit_micros,
        strength=Strength(row.strength),
        zone=row.zone,
        first_day=date.fromisoformat(row.first_day) if row.first_day else None,
        last_day=date.fromisoformat(row.last_day) if row.last_day else None,
    )
    return Budget(
        *(row.id, row.origin, terms, row.created_at, row.created_by, row.ended_at),
        subject_name=str(getattr(row, "subject_name", None) or ""),
    )


def subject_name() -> sa.Label[Any]:
    """SQL: what people call a budget's subject. A private collection's name is its maker's alone."""
    number = sa.cast(budget.c.subject, Whole)
    of_tag = sa.select(tag.c.name).where(tag.c.id == number)
    of_collection = sa.select(collection.c.name).where(
        collection.c.id == number, collection.c.sharing == Sharing.TEAM
    )
    return sa.case(
        (budget.c.scope == Scope.TAG, of_tag.scalar_subquery()),
        (budget.c.scope == Scope.COLLECTION, of_collection.scalar_subquery()),
        else_=budget.c.subject,
    ).label("subject_name")

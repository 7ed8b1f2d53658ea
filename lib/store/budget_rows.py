"""Budgets as rows, and rows as budgets."""

from datetime import date
from typing import Any

from lib.domain.budget import Budget, Scope, Strength, Terms, Window


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
    return Budget(row.id, row.origin, terms, row.created_at, row.created_by, row.ended_at)

"""The tables of budgets. A hold is no row: the run itself is, and what ended runs have cost stands
in sums that triggers keep.
"""

import sqlalchemy as sa

from lib.domain.budget import Scope, Strength, Window
from lib.store.schema import JsonText, Whole, metadata, one_of

budget = sa.Table(
    "budget",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column(
        "scope", sa.Text, sa.CheckConstraint(one_of("scope", Scope), name="scope"), nullable=False
    ),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column(
        "window",
        sa.Text,
        sa.CheckConstraint(one_of('"window"', Window), name="window"),
        nullable=False,
    ),
    sa.Column(
        "limit_micros",
        Whole,
        sa.CheckConstraint("limit_micros >= 0", name="limit"),
        nullable=False,
    ),
    sa.Column(
        "strength",
        sa.Text,
        sa.CheckConstraint(one_of("strength", Strength), name="strength"),
        nullable=False,
    ),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("first_day", sa.Text),
    sa.Column("last_day", sa.Text),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("ended_at", Whole),
    sqlite_strict=True,
)
sa.Index("ix_budget_in_force", budget.c.origin, sqlite_where=budget.c.ended_at.is_(None))

budget_sum = sa.Table(
    "budget_sum",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("span_ms", Whole, primary_key=True, autoincrement=False),
    sa.Column("begins_at", Whole, primary_key=True, autoincrement=False),
    sa.Column("cost_micros", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What the runs clicked in a span have cost, under the team, each person, tag and collection."""

budget_change = sa.Table(
    "budget_change",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("budget_id", sa.ForeignKey(budget.c.id), nullable=False, index=True),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", JsonText, nullable=False),
    sqlite_strict=True,
)
"""What was done to budgets. Triggers refuse that a line is changed or deleted."""

"""What runs have cost, summed up by whom and what budgets can be for, kept by triggers."""

import sqlalchemy as sa
from alembic import op

from lib.store.migrations import budget_triggers

revision = "0014"
down_revision = "0013"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "budget_sum",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("span_ms", Whole, autoincrement=False, nullable=False),
        sa.Column("begins_at", Whole, autoincrement=False, nullable=False),
        sa.Column("cost_micros", Whole, nullable=False),
        sa.PrimaryKeyConstraint(
            *("origin", "scope", "subject", "span_ms", "begins_at"), name=op.f("pk_budget_sum")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_run_unsettled"),
        "run",
        [
            *("origin", "cost_micros", "created_at", "created_by"),
            *("estimate_micros", "state", "id"),
        ],
        sqlite_where=sa.text("cost_micros IS NULL"),
    )
    for statement in (*budget_triggers.FILL, *budget_triggers.STATEMENTS):
        op.execute(statement)

"""Budgets and the history of their changes; what they sum up of a run stands in one index."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCOPES = "('collection', 'experiment', 'person', 'tag', 'team')"
WINDOWS = "('day', 'month', 'once', 'week')"
STRENGTHS = "('hard', 'soft')"


def upgrade() -> None:
    make_budget()
    make_budget_change()
    extend_index_of_costs()


def make_budget() -> None:
    op.create_table(
        "budget",
        sa.Column("id", Whole, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("window", sa.Text, nullable=False),
        sa.Column("limit_micros", Whole, nullable=False),
        sa.Column("strength", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("first_day", sa.Text),
        sa.Column("last_day", sa.Text),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("ended_at", Whole),
        sa.CheckConstraint(f"scope IN {SCOPES}", name=op.f("ck_budget_scope")),
        sa.CheckConstraint(f'"window" IN {WINDOWS}', name=op.f("ck_budget_window")),
        sa.CheckConstraint("limit_micros >= 0", name=op.f("ck_budget_limit")),
        sa.CheckConstraint(f"strength IN {STRENGTHS}", name=op.f("ck_budget_strength")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_budget_in_force"),
        "budget",
        ["origin"],
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def make_budget_change() -> None:
    op.create_table(
        "budget_change",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("budget_id", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budget.id"], name=op.f("fk_budget_change_budget_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_budget_change")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_budget_change_budget_id"), "budget_change", ["budget_id"])
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER budget_change_no_{action.lower()} BEFORE {action} ON budget_change"
            " BEGIN SELECT RAISE(ABORT, 'the history of budgets is only added to'); END"
        )


def extend_index_of_costs() -> None:
    """A person's budget is summed up at each click: it must not touch the wide rows."""
    op.drop_index(op.f("ix_run_costs"), "run")
    op.create_index(
        op.f("ix_run_costs"),
        "run",
        [
            *("origin", "created_at", "cost_micros", "estimate_micros"),
            *("cost_basis", "state", "id", "created_by"),
        ],
    )

"""Readings of the account's balance, to tell what leaves it without us."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "balance_reading",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("balance_micros", Whole, nullable=False),
        sa.Column("ours_micros", Whole, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_balance_reading")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_balance_reading_origin"), "balance_reading", ["origin", "at"])
    op.create_index(
        op.f("ix_run_adopted"),
        "run",
        ["origin", "created_at", "cost_micros"],
        sqlite_where=sa.text("adopted_at IS NOT NULL"),
    )

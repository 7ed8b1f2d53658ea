"""Requests that an owner has to accept, and the price from which one has to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "('accepted', 'refused', 'waiting')"
PARENT_KINDS = "('experiment cell', 'new seed', 're-used')"


def upgrade() -> None:
    make_approval()
    make_threshold()


def make_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", Whole, nullable=False),
        sa.Column("expires_at", Whole, nullable=False),
        sa.Column("click_token", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("input", sa.Text, nullable=False),
        sa.Column("estimate_micros", Whole, nullable=False),
        sa.Column("parent_id", sa.Text),
        sa.Column("parent_kind", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", Whole),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("run_id", sa.Text),
        sa.CheckConstraint(f"parent_kind IN {PARENT_KINDS}", name=op.f("ck_approval_parent_kind")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_approval_state")),
        sa.CheckConstraint(
            "(state = 'accepted') = (run_id IS NOT NULL)", name=op.f("ck_approval_made")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "asked_by", "click_token", name=op.f("uq_approval_asked_by_click_token")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_approval_waiting"),
        "approval",
        ["origin"],
        sqlite_where=sa.text("state = 'waiting'"),
    )


def make_threshold() -> None:
    op.create_table(
        "approval_threshold",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("threshold_micros", Whole),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_approval_threshold")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_approval_threshold_origin"), "approval_threshold", ["origin", "seq"])

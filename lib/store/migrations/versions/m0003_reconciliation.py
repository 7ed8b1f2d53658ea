"""Reconciliation: audits, changed costs, and marks on runs that came from elsewhere or got lost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDECIDED = "state = 'parked' AND decided_at IS NULL"
NEVER_SENT = "adopted_at IS NULL OR state NOT IN ('queued', 'sending', 'unknown')"
DIFFERENCES = "kind IN ('cost changed', 'found', 'made elsewhere', 'missing', 'seen again')"
MARKS = ("restored_at", "missing_at", "decided_at", "corrected_at")


def upgrade() -> None:
    never_sent = sa.CheckConstraint(NEVER_SENT, name=op.f("ck_run_adopted"))
    op.add_column("run", sa.Column("adopted_at", Whole, never_sent))
    for mark in MARKS:
        op.add_column("run", sa.Column(mark, Whole))
    op.create_index(
        op.f("ix_run_undecided"), "run", ["origin", "id"], sqlite_where=sa.text(UNDECIDED)
    )
    op.create_index(
        op.f("ix_event_differences"), "event", ["seq"], sqlite_where=sa.text(DIFFERENCES)
    )
    make_adjustment()
    make_audit()


def make_adjustment() -> None:
    op.create_table(
        "adjustment",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("from_micros", Whole),
        sa.Column("to_micros", Whole),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_adjustment_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_adjustment")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_adjustment_run_id"), "adjustment", ["run_id"])


def make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("began_at", Whole, nullable=False),
        sa.Column("ended_at", Whole, nullable=False),
        sa.Column("since", Whole, nullable=False),
        sa.Column("counted", Whole, nullable=False),
        sa.Column("adopted", Whole, nullable=False),
        sa.Column("found", Whole, nullable=False),
        sa.Column("missing", Whole, nullable=False),
        sa.Column("different", Whole, nullable=False),
        sa.Column("difference_micros", Whole, nullable=False),
        sa.Column("others", Whole, nullable=False),
        sa.Column("others_micros", Whole, nullable=False),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_origin"), "audit", ["origin", "seq"])

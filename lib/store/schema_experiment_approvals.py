"""The table of experiments whose sum an owner has to accept."""

import sqlalchemy as sa

from lib.domain.approval import ApprovalState
from lib.store.schema import JsonText, Whole, metadata, one_of

STATES = (ApprovalState.WAITING, ApprovalState.ACCEPTED, ApprovalState.REFUSED)

experiment_approval = sa.Table(
    "experiment_approval",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", Whole, nullable=False),
    sa.Column("expires_at", Whole, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.Column("asked", JsonText, nullable=False),
    sa.Column("total_micros", Whole, nullable=False),
    sa.Column(
        "state", sa.Text, sa.CheckConstraint(one_of("state", STATES), name="state"), nullable=False
    ),
    sa.Column("decided_at", Whole),
    sa.Column("decided_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("experiment_id", sa.Text),
    sa.UniqueConstraint("asked_by", "click_token"),
    sa.CheckConstraint("(state = 'accepted') = (experiment_id IS NOT NULL)", name="made"),
    sqlite_strict=True,
)
sa.Index(
    "ix_experiment_approval_waiting",
    experiment_approval.c.origin,
    sqlite_where=sa.text("state = 'waiting'"),
)

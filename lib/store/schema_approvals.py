"""The tables of requests that an owner has to accept, and of the price from which one has to."""

import sqlalchemy as sa

from lib.domain.approval import ApprovalState
from lib.domain.run import ParentKind
from lib.store.schema import JsonText, Whole, metadata, one_of

STATES = (ApprovalState.WAITING, ApprovalState.ACCEPTED, ApprovalState.REFUSED)

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", Whole, nullable=False),
    sa.Column("expires_at", Whole, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.Column("model_id", sa.Text, nullable=False),
    sa.Column("input", JsonText, nullable=False),
    sa.Column("estimate_micros", Whole, nullable=False),
    sa.Column("parent_id", sa.Text),
    sa.Column(
        "parent_kind",
        sa.Text,
        sa.CheckConstraint(one_of("parent_kind", ParentKind), name="parent_kind"),
    ),
    sa.Column(
        "state", sa.Text, sa.CheckConstraint(one_of("state", STATES), name="state"), nullable=False
    ),
    sa.Column("decided_at", Whole),
    sa.Column("decided_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("run_id", sa.Text),
    sa.Column("labels", JsonText),
    sa.UniqueConstraint("asked_by", "click_token"),
    sa.CheckConstraint("(state = 'accepted') = (run_id IS NOT NULL)", name="made"),
    sqlite_strict=True,
)
sa.Index("ix_approval_waiting", approval.c.origin, sqlite_where=sa.text("state = 'waiting'"))

approval_threshold = sa.Table(
    "approval_threshold",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("threshold_micros", Whole),
    sqlite_strict=True,
)
"""The newest line of an origin counts; without an amount nothing has to be accepted."""
sa.Index("ix_approval_threshold_origin", approval_threshold.c.origin, approval_threshold.c.seq)

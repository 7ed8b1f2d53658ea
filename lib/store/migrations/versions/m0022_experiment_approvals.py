"""Experiments whose sum an owner has to accept."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMED = "experiment_approval"


def upgrade() -> None:
    op.create_table(
        NAMED,
        *(text(name) for name in ("id", "origin", "asked_by")),
        *(sa.Column(name, Whole, nullable=False) for name in ("asked_at", "expires_at")),
        *(text(name) for name in ("click_token", "asked")),
        sa.Column("total_micros", Whole, nullable=False),
        text("state"),
        sa.Column("decided_at", Whole),
        *(sa.Column(name, sa.Text) for name in ("decided_by", "reason", "experiment_id")),
        sa.CheckConstraint(
            "state IN ('accepted', 'refused', 'waiting')", name=op.f(f"ck_{NAMED}_state")
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (experiment_id IS NOT NULL)", name=op.f(f"ck_{NAMED}_made")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAMED}")),
        sa.UniqueConstraint(
            "asked_by", "click_token", name=op.f(f"uq_{NAMED}_asked_by_click_token")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f(f"ix_{NAMED}_waiting"), NAMED, ["origin"], sqlite_where=sa.text("state = 'waiting'")
    )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)

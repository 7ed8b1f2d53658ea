"""What runs asked for, to find the same request again, and what that has saved."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("run_index", sa.Column("fingerprint", sa.Text))
    op.create_index(
        op.f("ix_run_index_fingerprint"),
        "run_index",
        ["origin", "fingerprint", "no"],
        sqlite_where=sa.text("place = 0 AND state = 'stored' AND has_pictures = 'true'"),
    )
    op.create_index(
        op.f("ix_run_index_unread"),
        "run_index",
        ["no"],
        sqlite_where=sa.text("fingerprint IS NULL"),
    )
    op.create_table(
        "saving",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("click_token", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("amount_micros", Whole, nullable=False),
        sa.CheckConstraint("amount_micros >= 0", name=op.f("ck_saving_amount")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_saving_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_saving")),
        sa.UniqueConstraint("by", "click_token", name=op.f("uq_saving_by_click_token")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_saving_at"), "saving", ["origin", "at", "amount_micros"])

"""What people did with the pictures of runs, and which runs made what was there already."""

import sqlalchemy as sa
from alembic import op

from lib.store.migrations import attention_triggers

revision = "0013"
down_revision = "0012"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAGS = ("opened", "downloaded", "duplicate")


def upgrade() -> None:
    for flag in FLAGS:
        op.add_column("run_index", sa.Column(flag, sa.Text, nullable=False, server_default=""))
    op.create_table(
        "attention",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.CheckConstraint("kind IN ('downloaded', 'opened')", name=op.f("ck_attention_kind")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_attention_run_id")),
        sa.PrimaryKeyConstraint("run_id", "kind", name=op.f("pk_attention")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for statement in attention_triggers.STATEMENTS:
        op.execute(statement)
    op.execute(
        f"UPDATE run_index SET duplicate = {attention_triggers.ALL_TWINS}"
        " WHERE has_pictures = 'true'"
    )
    op.execute("UPDATE run_index SET opened = 'true' WHERE run_id IN (SELECT run_id FROM mark)")

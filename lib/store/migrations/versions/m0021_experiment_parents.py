"""Which experiment another one finishes, and what all runs of one are put under."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("experiment", sa.Column("parent_id", sa.Text))
    op.add_column("experiment_cell", sa.Column("parent_run_id", sa.Text))
    op.create_index(op.f("ix_experiment_parent_id"), "experiment", ["parent_id"])
    op.create_table(
        "experiment_label",
        sa.Column("experiment_id", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("label_id", Whole, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "scope IN ('collection', 'tag')", name=op.f("ck_experiment_label_scope")
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_label_experiment_id")
        ),
        sa.PrimaryKeyConstraint(
            *("experiment_id", "scope", "label_id"), name=op.f("pk_experiment_label")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_experiment_label_label"), "experiment_label", ["scope", "label_id"])

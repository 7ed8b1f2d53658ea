"""Experiments with their cells, the runs that came of them, and templates of designs."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    make_experiment()
    make_cell()
    make_run()
    make_template()


def make_experiment() -> None:
    op.create_table(
        "experiment",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("click_token", sa.Text, nullable=False),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_at", Whole, nullable=False),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint(
            "state IN ('going', 'paused', 'stopped')", name=op.f("ck_experiment_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        sa.UniqueConstraint(
            "created_by", "click_token", name=op.f("uq_experiment_created_by_click_token")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_experiment_origin"), "experiment", ["origin", "id"])


def make_cell() -> None:
    op.create_table(
        "experiment_cell",
        sa.Column("experiment_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("number", Whole, nullable=False),
        sa.Column("varied", sa.Text, nullable=False),
        sa.Column("repeat", Whole, nullable=False),
        sa.Column("input", sa.Text, nullable=False),
        sa.Column("estimate_micros", Whole, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", Whole, nullable=False, server_default="1"),
        sa.Column("run_id", sa.Text),
        sa.CheckConstraint(
            "state IN ('dropped', 'sent', 'waiting')", name=op.f("ck_experiment_cell_state")
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR run_id IS NOT NULL", name=op.f("ck_experiment_cell_sent")
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_cell_experiment_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_experiment_cell_run_id")),
        sa.PrimaryKeyConstraint("experiment_id", "key", name=op.f("pk_experiment_cell")),
        sa.UniqueConstraint(
            "experiment_id", "number", name=op.f("uq_experiment_cell_experiment_id_number")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_experiment_cell_waiting"),
        "experiment_cell",
        ["experiment_id", "number", "estimate_micros"],
        sqlite_where=sa.text("state = 'waiting'"),
    )


def make_run() -> None:
    op.create_table(
        "experiment_run",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("experiment_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("attempt", Whole, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_experiment_run_run_id")),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_run_experiment_id")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_experiment_run")),
        sa.UniqueConstraint(
            *("experiment_id", "key", "attempt"),
            name=op.f("uq_experiment_run_experiment_id_key_attempt"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_experiment_run_experiment_id"), "experiment_run", ["experiment_id"])


def make_template() -> None:
    op.create_table(
        "template",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_template")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )

"""Votes on the pictures of an experiment, and what was taken back of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "('left', 'right', 'skip', 'tie')"
CELL = ["experiment_cell.experiment_id", "experiment_cell.key"]


def upgrade() -> None:
    op.create_table(
        "experiment_vote",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        *(text(name) for name in ("experiment_id", "left_key", "right_key", "outcome")),
        sa.Column("at", Whole, nullable=False),
        *(text(name) for name in ("by", "click_token")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_experiment_vote_outcome")),
        sa.CheckConstraint("left_key <> right_key", name=op.f("ck_experiment_vote_two")),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_vote_experiment_id")
        ),
        *(cell(side) for side in ("left", "right")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_experiment_vote")),
        sa.UniqueConstraint(
            *("experiment_id", "click_token"),
            name=op.f("uq_experiment_vote_experiment_id_click_token"),
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_experiment_vote_experiment"), "experiment_vote", ["experiment_id", "seq"]
    )
    op.create_table(
        "experiment_vote_undo",
        sa.Column("seq", Whole, autoincrement=False, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"], ["experiment_vote.seq"], name=op.f("fk_experiment_vote_undo_seq")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_experiment_vote_undo")),
        sqlite_strict=True,
    )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def cell(side: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_experiment_vote_{side}")
    return sa.ForeignKeyConstraint(["experiment_id", f"{side}_key"], CELL, name=name)

"""The tables of votes on experiments. They only grow: a vote taken back is a second record."""

import sqlalchemy as sa

from lib.domain.experiment_votes import Outcome
from lib.store.schema import Whole, metadata, one_of
from lib.store.schema_experiments import experiment, experiment_cell

CELL = [experiment_cell.c.experiment_id, experiment_cell.c.key]

experiment_vote = sa.Table(
    "experiment_vote",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("experiment_id", sa.ForeignKey(experiment.c.id), nullable=False),
    sa.Column("left_key", sa.Text, nullable=False),
    sa.Column("right_key", sa.Text, nullable=False),
    sa.Column(
        "outcome",
        sa.Text,
        sa.CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        nullable=False,
    ),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.CheckConstraint("left_key <> right_key", name="two"),
    sa.ForeignKeyConstraint(["experiment_id", "left_key"], CELL, name="fk_experiment_vote_left"),
    sa.ForeignKeyConstraint(["experiment_id", "right_key"], CELL, name="fk_experiment_vote_right"),
    sa.UniqueConstraint("experiment_id", "click_token"),
    sqlite_strict=True,
)
sa.Index("ix_experiment_vote_experiment", experiment_vote.c.experiment_id, experiment_vote.c.seq)

experiment_vote_undo = sa.Table(
    "experiment_vote_undo",
    metadata,
    sa.Column("seq", sa.ForeignKey(experiment_vote.c.seq), primary_key=True, autoincrement=False),
    sa.Column("at", Whole, nullable=False),
    sqlite_strict=True,
)

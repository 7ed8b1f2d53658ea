"""The tables of experiments: what each is made of, its cells, and the runs that came of them.

A cell that waits holds its estimate: the sum of these rows is what an experiment holds of budgets
beside its runs. There is no second counter.
"""

import sqlalchemy as sa

from lib.domain.budget import Scope
from lib.domain.experiment_progress import CellState, ExperimentState
from lib.store.schema import JsonText, Whole, metadata, one_of

experiment = sa.Table(
    "experiment",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("model_id", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.Column("design", JsonText, nullable=False),
    sa.Column(
        "state",
        sa.Text,
        sa.CheckConstraint(one_of("state", ExperimentState), name="state"),
        nullable=False,
    ),
    sa.Column("state_at", Whole, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("parent_id", sa.Text),
    sa.UniqueConstraint("created_by", "click_token"),
    sqlite_strict=True,
)
sa.Index("ix_experiment_parent_id", experiment.c.parent_id)
sa.Index("ix_experiment_origin", experiment.c.origin, experiment.c.id)

IS_WAITING = sa.text("state = 'waiting'")
"""The cells that hold money. Spelt as in its index, which is used only then."""
experiment_cell = sa.Table(
    "experiment_cell",
    metadata,
    sa.Column("experiment_id", sa.ForeignKey(experiment.c.id), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("number", Whole, nullable=False),
    sa.Column("varied", JsonText, nullable=False),
    sa.Column("repeat", Whole, nullable=False),
    sa.Column("input", JsonText, nullable=False),
    sa.Column("estimate_micros", Whole, nullable=False),
    sa.Column(
        "state",
        sa.Text,
        sa.CheckConstraint(one_of("state", CellState), name="state"),
        nullable=False,
    ),
    sa.Column("attempt", Whole, nullable=False, server_default="1"),
    sa.Column("run_id", sa.ForeignKey("run.id")),
    sa.Column("parent_run_id", sa.Text),
    sa.UniqueConstraint("experiment_id", "number"),
    sa.CheckConstraint("state <> 'sent' OR run_id IS NOT NULL", name="sent"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
sa.Index(
    "ix_experiment_cell_waiting",
    *(experiment_cell.c.experiment_id, experiment_cell.c.number, experiment_cell.c.estimate_micros),
    sqlite_where=IS_WAITING,
)

experiment_run = sa.Table(
    "experiment_run",
    metadata,
    sa.Column("run_id", sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("experiment_id", sa.ForeignKey(experiment.c.id), nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("attempt", Whole, nullable=False),
    sa.UniqueConstraint("experiment_id", "key", "attempt"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

experiment_label = sa.Table(
    "experiment_label",
    metadata,
    sa.Column("experiment_id", sa.ForeignKey(experiment.c.id), primary_key=True),
    sa.Column(
        "scope",
        sa.Text,
        sa.CheckConstraint(one_of("scope", (Scope.COLLECTION, Scope.TAG)), name="scope"),
        primary_key=True,
    ),
    sa.Column("label_id", Whole, primary_key=True, autoincrement=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The tags and the collection that all runs of an experiment are put under."""
sa.Index("ix_experiment_label_label", experiment_label.c.scope, experiment_label.c.label_id)

template = sa.Table(
    "template",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", Whole, primary_key=True, autoincrement=False),
    sa.Column("design", JsonText, nullable=False),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Designs with names, the team's: saved again under its name, it is another version."""

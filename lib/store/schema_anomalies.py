"""The table of what people said of spending out of the ordinary. It only grows."""

import sqlalchemy as sa

from lib.domain.anomaly import AnomalyKind, Verdict
from lib.store.schema import Whole, metadata, one_of

anomaly_answer = sa.Table(
    "anomaly_answer",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column(
        "kind",
        sa.Text,
        sa.CheckConstraint(one_of("kind", AnomalyKind), name="kind"),
        nullable=False,
    ),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column(
        "verdict",
        sa.Text,
        sa.CheckConstraint(one_of("verdict", Verdict), name="verdict"),
        nullable=False,
    ),
    sa.Column("until", sa.Text),
    sa.Column("said_on", sa.Text, nullable=False),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sqlite_strict=True,
)
sa.Index("ix_anomaly_answer_origin", anomaly_answer.c.origin, anomaly_answer.c.seq)

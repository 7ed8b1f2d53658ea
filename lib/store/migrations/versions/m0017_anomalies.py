"""What people said of spending out of the ordinary."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "('burst', 'person', 'sku')"
VERDICTS = "('false', 'planned', 'real', 'undone')"


def upgrade() -> None:
    op.create_table(
        "anomaly_answer",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        *(text(name) for name in ("origin", "kind", "subject", "day", "verdict")),
        sa.Column("until", sa.Text),
        text("said_on"),
        sa.Column("at", Whole, nullable=False),
        text("by"),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_anomaly_answer_kind")),
        sa.CheckConstraint(f"verdict IN {VERDICTS}", name=op.f("ck_anomaly_answer_verdict")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_anomaly_answer")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_anomaly_answer_origin"), "anomaly_answer", ["origin", "seq"])


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)

"""The sums of charge lines by day in the team's zone, filled once a zone is known."""

import sqlalchemy as sa
from alembic import op

from lib.store.migrations import day_triggers

revision = "0015"
down_revision = "0014"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DIMENSIONS = (
    *("origin", "tag_id", "day", "created_by", "model_id", "resolution", "sku", "outcome", "basis"),
)
WHOLES = frozenset({"tag_id", "day"})


def upgrade() -> None:
    op.create_table(
        "report_zone",
        sa.Column("zone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("zone", name=op.f("pk_report_zone")),
        sqlite_strict=True,
    )
    op.create_table(
        "report_day",
        sa.Column("start", Whole, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("start", name=op.f("pk_report_day")),
        sqlite_strict=True,
    )
    op.create_table(
        "charge_day",
        *(dimension(name) for name in DIMENSIONS),
        *(
            sa.Column(name, Whole, nullable=False)
            for name in ("lines", "quantity", "amount_micros")
        ),
        sa.PrimaryKeyConstraint(*DIMENSIONS, name=op.f("pk_charge_day")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for statement in day_triggers.STATEMENTS:
        op.execute(statement)


def dimension(name: str) -> sa.Column[int] | sa.Column[str]:
    if name in WHOLES:
        return sa.Column(name, Whole, autoincrement=False, nullable=False)
    return sa.Column(name, sa.Text, nullable=False)

"""The table of the account's balance as it was read, beside what our runs had cost by then."""

import sqlalchemy as sa

from lib.store.schema import Whole, metadata, run

balance_reading = sa.Table(
    "balance_reading",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("at", Whole, nullable=False),
    sa.Column("balance_micros", Whole, nullable=False),
    sa.Column("ours_micros", Whole, nullable=False),
    sqlite_strict=True,
)
sa.Index("ix_balance_reading_origin", balance_reading.c.origin, balance_reading.c.at)

IS_ADOPTED = sa.text("adopted_at IS NOT NULL")
"""The runs that were made elsewhere. Spelt as in its index, which is used only then."""
sa.Index(
    "ix_run_adopted", *(run.c.origin, run.c.created_at, run.c.cost_micros), sqlite_where=IS_ADOPTED
)

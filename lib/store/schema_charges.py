"""The tables of money: prices by version, and what runs are charged for, line by line.

`charge_line` only ever grows: triggers refuse every change. When more becomes known of a run, its
lines are reversed and written anew, under the next `revision`. `charge_rollup` has their sums by
quarter of an hour, the coarsest span that can be regrouped into the days of every time zone; a
trigger adds each line to it, in the same transaction.

`counts_at` is when a line counts in reports: at the click of its run, and for what became known
after that month was closed, in the month that was open by then. `clicked_at` stays the click's, so
a line where the two differ is a correction that points back to its month.
"""

from enum import StrEnum

import sqlalchemy as sa

from lib.domain.run import TERMINAL, CostBasis
from lib.store.schema import JsonText, Whole, metadata, one_of


class LineKind(StrEnum):
    """What a line does to the sum."""

    CHARGE = "charge"
    REVERSAL = "reversal"
    """It takes back a charge that has turned out different, to the last micro-dollar."""


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, Whole, nullable=False)


charge_line = sa.Table(
    "charge_line",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.ForeignKey("run.id"), nullable=False),
    _whole("revision"),
    sa.Column(
        "kind", sa.Text, sa.CheckConstraint(one_of("kind", LineKind), name="kind"), nullable=False
    ),
    _text("origin"),
    _text("charged_as"),
    _text("sku"),
    _whole("quantity"),
    _whole("unit_micros"),
    _whole("amount_micros"),
    sa.Column(
        "basis",
        sa.Text,
        sa.CheckConstraint(one_of("basis", CostBasis), name="basis"),
        nullable=False,
    ),
    sa.Column(
        "outcome",
        sa.Text,
        sa.CheckConstraint(one_of("outcome", TERMINAL), name="outcome"),
        nullable=False,
    ),
    _text("created_by"),
    _text("model_id"),
    _text("resolution"),
    _text("price_version"),
    _whole("clicked_at"),
    _whole("counts_at"),
    _whole("charged_at"),
    sa.CheckConstraint("counts_at >= clicked_at", name="counts_at"),
    sa.CheckConstraint("quantity * unit_micros = amount_micros", name="amount"),
    sa.CheckConstraint("(quantity < 0) = (kind = 'reversal')", name="sign"),
    sa.UniqueConstraint("run_id", "sku", "revision", "kind"),
    sqlite_strict=True,
)
sa.Index(
    "ix_charge_line_charged",
    *(charge_line.c.origin, charge_line.c.charged_as, charge_line.c.sku),
)
# It holds all that the sums of lines read, so that they never touch the lines themselves.
sa.Index(
    "ix_charge_line_sums",
    *(charge_line.c.origin, charge_line.c.sku, charge_line.c.counts_at),
    *(charge_line.c.basis, charge_line.c.amount_micros),
)
IS_MOVED = charge_line.c.counts_at != charge_line.c.clicked_at
"""What corrects a closed month."""
sa.Index(
    "ix_charge_line_moved",
    *(charge_line.c.origin, charge_line.c.counts_at, charge_line.c.clicked_at),
    sqlite_where=IS_MOVED,
)

charge_rollup = sa.Table(
    "charge_rollup",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("slot", Whole, primary_key=True, autoincrement=False),
    sa.Column("created_by", sa.Text, primary_key=True),
    sa.Column("model_id", sa.Text, primary_key=True),
    sa.Column("resolution", sa.Text, primary_key=True),
    sa.Column("sku", sa.Text, primary_key=True),
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("basis", sa.Text, primary_key=True),
    _whole("lines"),
    _whole("quantity"),
    _whole("amount_micros"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

price_version = sa.Table(
    "price_version",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("model_id"),
    _whole("effective_from"),
    _text("source"),
    _whole("seen_at"),
    _text("entered_by"),
    sa.Column("choices", JsonText, nullable=False),
    sa.Column("withdrawn_at", Whole),
    sa.Column("withdrawn_by", sa.Text),
    sqlite_strict=True,
)
STANDS = sa.text("withdrawn_at IS NULL")
sa.Index(
    "ix_price_version_effective",
    *(price_version.c.model_id, price_version.c.effective_from),
    unique=True,
    sqlite_where=STANDS,
)

price_check = sa.Table(
    "price_check",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    _text("origin"),
    _text("model_id"),
    _whole("at"),
    sa.Column("differences", JsonText, nullable=False),
    sa.Column("problem", sa.Text),
    sqlite_strict=True,
)
sa.Index("ix_price_check_origin", price_check.c.origin, price_check.c.seq)

"""Months that are closed, and when each charge line counts.

The lines are written once more, with that time; runs of an older ledger get theirs here.
"""

import sqlalchemy as sa
from alembic import op

from lib.store.charges import book_all
from lib.store.migrations import charge_triggers

revision = "0012"
down_revision = "0011"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "('canceled', 'failed', 'parked', 'stored')"
BASES = "('computed', 'confirmed', 'in doubt')"
KEPT = (
    *("seq", "run_id", "revision", "kind", "origin", "charged_as", "sku", "quantity"),
    *("unit_micros", "amount_micros", "basis", "outcome", "created_by", "model_id"),
    *("resolution", "price_version", "clicked_at", "charged_at"),
)
MONEY = (
    *("runs", "lines", "run_micros", "moved_micros", "line_micros", "rollup_micros"),
    *("named_run_micros", "named_moved_micros", "named_line_micros"),
)
TIES_OUT = (
    "run_micros + moved_micros = line_micros AND line_micros = rollup_micros"
    " AND named_run_micros + named_moved_micros = named_line_micros"
)


def upgrade() -> None:
    make_closed_month()
    make_lines_anew()
    for statement in (*charge_triggers.OF_LINES, *charge_triggers.OF_MONTHS):
        op.execute(statement)
    book_all(op.get_bind())


def make_closed_month() -> None:
    op.create_table(
        "closed_month",
        *map(text, ("origin", "month", "zone")),
        *map(whole, ("from_ms", "to_ms", "closed_at")),
        text("closed_by"),
        *map(whole, MONEY),
        sa.CheckConstraint("from_ms < to_ms", name=op.f("ck_closed_month_span")),
        sa.CheckConstraint(TIES_OUT, name=op.f("ck_closed_month_ties_out")),
        sa.PrimaryKeyConstraint("origin", "month", name=op.f("pk_closed_month")),
        sqlite_strict=True,
    )


def make_lines_anew() -> None:
    """A line is never changed: those that are there are copied, with when they count."""
    make_charge_line("charge_line_anew")
    kept = ", ".join(KEPT)
    op.execute(
        f"INSERT INTO charge_line_anew ({kept}, counts_at)"
        f" SELECT {kept}, clicked_at FROM charge_line ORDER BY seq"
    )
    op.drop_table("charge_line")
    op.rename_table("charge_line_anew", "charge_line")
    op.create_index(op.f("ix_charge_line_charged"), "charge_line", ["origin", "charged_as", "sku"])
    op.create_index(
        op.f("ix_charge_line_sums"),
        "charge_line",
        ["origin", "sku", "counts_at", "basis", "amount_micros"],
    )
    op.create_index(
        op.f("ix_charge_line_moved"),
        "charge_line",
        ["origin", "counts_at", "clicked_at"],
        sqlite_where=sa.text("counts_at != clicked_at"),
    )


def make_charge_line(name: str) -> None:
    op.create_table(
        name,
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        text("run_id"),
        whole("revision"),
        text("kind"),
        *map(text, ("origin", "charged_as", "sku")),
        *map(whole, ("quantity", "unit_micros", "amount_micros")),
        *map(text, ("basis", "outcome", "created_by", "model_id", "resolution", "price_version")),
        *map(whole, ("clicked_at", "counts_at", "charged_at")),
        sa.CheckConstraint("kind IN ('charge', 'reversal')", name=op.f("ck_charge_line_kind")),
        sa.CheckConstraint(f"basis IN {BASES}", name=op.f("ck_charge_line_basis")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_charge_line_outcome")),
        sa.CheckConstraint("counts_at >= clicked_at", name=op.f("ck_charge_line_counts_at")),
        sa.CheckConstraint(
            "quantity * unit_micros = amount_micros", name=op.f("ck_charge_line_amount")
        ),
        sa.CheckConstraint(
            "(quantity < 0) = (kind = 'reversal')", name=op.f("ck_charge_line_sign")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_charge_line_run_id")),
        sa.UniqueConstraint(
            *("run_id", "sku", "revision", "kind"),
            name=op.f("uq_charge_line_run_id_sku_revision_kind"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_charge_line")),
        sqlite_strict=True,
    )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, Whole, nullable=False)

"""Money by line: prices as data, what every run was charged for, and the sums of that."""

import sqlalchemy as sa
from alembic import op

from lib.store.migrations import charge_triggers
from lib.store.price_versions import seed

revision = "0007"
down_revision = "0006"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = "('canceled', 'failed', 'parked', 'stored')"
BASES = "('computed', 'confirmed', 'in doubt')"
DIMENSIONS = (
    *("origin", "slot", "created_by", "model_id", "resolution", "sku", "outcome", "basis"),
)


def upgrade() -> None:
    make_charge_line()
    make_charge_rollup()
    make_prices()
    for statement in charge_triggers.OF_PRICES:
        op.execute(statement)
    seed(op.get_bind())  # the lines themselves follow with 0012, which gives them their last form


def make_charge_line() -> None:
    op.create_table(
        "charge_line",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        text("run_id"),
        whole("revision"),
        text("kind"),
        *map(text, ("origin", "charged_as", "sku")),
        *map(whole, ("quantity", "unit_micros", "amount_micros")),
        *map(text, ("basis", "outcome", "created_by", "model_id", "resolution", "price_version")),
        *map(whole, ("clicked_at", "charged_at")),
        sa.CheckConstraint("kind IN ('charge', 'reversal')", name=op.f("ck_charge_line_kind")),
        sa.CheckConstraint(f"basis IN {BASES}", name=op.f("ck_charge_line_basis")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_charge_line_outcome")),
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
    op.create_index(op.f("ix_charge_line_charged"), "charge_line", ["origin", "charged_as", "sku"])
    op.create_index(op.f("ix_charge_line_sku"), "charge_line", ["origin", "sku", "clicked_at"])


def make_charge_rollup() -> None:
    op.create_table(
        "charge_rollup",
        text("origin"),
        sa.Column("slot", Whole, autoincrement=False, nullable=False),
        *map(text, DIMENSIONS[2:]),
        *map(whole, ("lines", "quantity", "amount_micros")),
        sa.PrimaryKeyConstraint(*DIMENSIONS, name=op.f("pk_charge_rollup")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def make_prices() -> None:
    op.create_table(
        "price_version",
        *map(text, ("id", "model_id")),
        whole("effective_from"),
        text("source"),
        whole("seen_at"),
        *map(text, ("entered_by", "choices")),
        sa.Column("withdrawn_at", Whole),
        sa.Column("withdrawn_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_version")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_price_version_effective"),
        "price_version",
        ["model_id", "effective_from"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "price_check",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        *map(text, ("origin", "model_id")),
        whole("at"),
        text("differences"),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_price_check")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_price_check_origin"), "price_check", ["origin", "seq"])


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, Whole, nullable=False)

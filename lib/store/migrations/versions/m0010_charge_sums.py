"""An index that holds all that the sums of charge lines read."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_index(op.f("ix_charge_line_sku"), "charge_line")
    op.create_index(
        op.f("ix_charge_line_sums"),
        "charge_line",
        ["origin", "sku", "clicked_at", "basis", "amount_micros"],
    )

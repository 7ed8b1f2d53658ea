"""Callbacks: the inbox, what was refused and how often; and the secrets of this installation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PROOFS = "('current secret', 'previous secret', 'token')"


def upgrade() -> None:
    make_callback()
    make_callback_refusal()
    make_installation_secret()


def make_callback() -> None:
    op.create_table(
        "callback",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("received_at", Whole, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text),
        sa.Column("remote_id", sa.Text),
        sa.Column("event", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.CheckConstraint(f"proof IN {PROOFS}", name=op.f("ck_callback_proof")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_callback")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_callback_run"), "callback", ["run_id"])
    op.create_index(op.f("ix_callback_remote"), "callback", ["origin", "remote_id"])
    op.create_index(op.f("ix_callback_received"), "callback", ["origin", "received_at"])


def make_callback_refusal() -> None:
    op.create_table(
        "callback_refusal",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text),
        sa.Column("excerpt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_callback_refusal")),
        sqlite_strict=True,
    )
    op.create_table(
        "callback_refusal_count",
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("times", Whole, nullable=False),
        sa.Column("last_at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_callback_refusal_count")),
        sqlite_strict=True,
    )


def make_installation_secret() -> None:
    op.create_table(
        "installation_secret",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("created_at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_secret")),
        sqlite_strict=True,
    )

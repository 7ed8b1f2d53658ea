"""The ledger: runs, their attempts, stories and pictures; and drafts of the form."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "('accepted', 'canceled', 'failed', 'parked', 'queued', 'sending', 'stored', 'unknown')"
BASES = "('computed', 'confirmed', 'in doubt')"


def upgrade() -> None:
    make_run()
    make_attempt()
    make_event()
    make_picture()
    make_draft()


def make_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("click_token", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("fence", Whole, nullable=False, server_default="0"),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("input", sa.Text, nullable=False),
        sa.Column("request_body", sa.LargeBinary, nullable=False),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("estimate_micros", Whole, nullable=False),
        sa.Column("price_version", sa.Text, nullable=False),
        sa.Column("remote_id", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("cost_micros", Whole),
        sa.Column("cost_basis", sa.Text),
        sa.Column("failure_code", sa.Text),
        sa.Column("failure_message", sa.Text),
        sa.Column("failure_stage", sa.Text),
        sa.Column("http_status", Whole),
        sa.Column("note", sa.Text),
        sa.Column("nsfw_detected", Whole),
        sa.Column("seed_used", sa.Text),
        sa.Column("timing", sa.Text),
        sa.Column("model_data", sa.Text),
        sa.Column("remote_body", sa.Text),
        sa.Column("duration_ms", Whole),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("sent_at", Whole),
        sa.Column("accepted_at", Whole),
        sa.Column("settled_at", Whole),
        sa.Column("due_at", Whole),
        sa.Column("deleted_at", Whole),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_run_state")),
        sa.CheckConstraint(f"cost_basis IN {BASES}", name=op.f("ck_run_basis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint(
            "created_by", "click_token", name=op.f("uq_run_created_by_click_token")
        ),
        sa.UniqueConstraint("origin", "remote_id", name=op.f("uq_run_origin_remote_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_run_costs"),
        "run",
        [
            *("origin", "created_at", "cost_micros", "estimate_micros"),
            *("cost_basis", "state", "id"),
        ],
    )
    op.create_index(
        op.f("ix_run_history"), "run", ["origin", "id"], sqlite_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(
        op.f("ix_run_open"),
        "run",
        ["id"],
        sqlite_where=sa.text("state IN ('accepted', 'queued', 'sending', 'unknown')"),
    )


def make_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("fence", Whole, nullable=False),
        sa.Column("intended_at", Whole, nullable=False),
        sa.Column("quiet_until", Whole, nullable=False),
        sa.Column("ended_at", Whole),
        sa.Column("outcome", sa.Text),
        sa.Column("http_status", Whole),
        sa.Column("detail", sa.Text),
        sa.Column("asked_in_vain", Whole, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_attempt_run_id")),
        sa.PrimaryKeyConstraint("run_id", "fence", name=op.f("pk_attempt")),
        sqlite_strict=True,
    )


def make_event() -> None:
    op.create_table(
        "event",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_event_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_event_run_id"), "event", ["run_id"])


def make_picture() -> None:
    op.create_table(
        "picture",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("number", Whole, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size_bytes", Whole, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("width", Whole),
        sa.Column("height", Whole),
        sa.Column("problem", sa.Text),
        sa.Column("stored_at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_picture_run_id")),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_picture")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_picture_sha256"), "picture", ["sha256"])


def make_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("values", sa.Text, nullable=False),
        sa.Column("created_at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_strict=True,
    )

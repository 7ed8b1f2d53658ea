"""The tables of the ledger. Money is micro-dollars, times are ms since 1970 UTC, JSON is text."""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lib.domain.audit import DifferenceKind
from lib.domain.callback import Proof
from lib.domain.run import OPEN, CostBasis, ParentKind, RunState

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class JsonText(sa.TypeDecorator[Any]):
    """JSON kept as text: `None` is NULL, key order is kept, and any client can read it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=True, default=str)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """An SQL condition: the column holds one of these words."""
    words = ", ".join(f"'{word}'" for word in sorted(values))
    return f"{column} IN ({words})"


NEVER_SENT = "adopted_at IS NULL OR state NOT IN ('queued', 'sending', 'unknown')"
"""The database itself keeps a run that was made elsewhere from ever being sent."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("model_id", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.Column(
        "state",
        sa.Text,
        sa.CheckConstraint(one_of("state", RunState), name="state"),
        nullable=False,
    ),
    sa.Column("fence", Whole, nullable=False, server_default="0"),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("input", JsonText, nullable=False),
    sa.Column("request_body", sa.LargeBinary, nullable=False),
    sa.Column("request_sha256", sa.Text, nullable=False),
    sa.Column("estimate_micros", Whole, nullable=False),
    sa.Column("price_version", sa.Text, nullable=False),
    sa.Column("remote_id", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("cost_micros", Whole),
    sa.Column(
        "cost_basis", sa.Text, sa.CheckConstraint(one_of("cost_basis", CostBasis), name="basis")
    ),
    sa.Column("failure_code", sa.Text),
    sa.Column("failure_message", sa.Text),
    sa.Column("failure_stage", sa.Text),
    sa.Column("http_status", Whole),
    sa.Column("note", sa.Text),
    sa.Column("nsfw_detected", Whole),
    sa.Column("seed_used", JsonText),
    sa.Column("timing", JsonText),
    sa.Column("model_data", JsonText),
    sa.Column("remote_body", JsonText),
    sa.Column("duration_ms", Whole),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("sent_at", Whole),
    sa.Column("accepted_at", Whole),
    sa.Column("settled_at", Whole),
    sa.Column("due_at", Whole),
    sa.Column("deleted_at", Whole),
    sa.Column("adopted_at", Whole, sa.CheckConstraint(NEVER_SENT, name="adopted")),
    sa.Column("restored_at", Whole),
    sa.Column("missing_at", Whole),
    sa.Column("decided_at", Whole),
    sa.Column("corrected_at", Whole),
    sa.Column("parent_id", sa.Text),
    sa.Column(
        "parent_kind",
        sa.Text,
        sa.CheckConstraint(one_of("parent_kind", ParentKind), name="parent_kind"),
    ),
    sa.Column("erased_at", Whole),
    sa.UniqueConstraint("created_by", "click_token"),
    sa.UniqueConstraint("origin", "remote_id"),
    sqlite_strict=True,
)
sa.Index("ix_run_history", run.c.origin, run.c.id, sqlite_where=run.c.deleted_at.is_(None))
sa.Index("ix_run_open", run.c.id, sqlite_where=sa.text(one_of("state", OPEN)))
UNDECIDED = sa.text("state = 'parked' AND decided_at IS NULL")
"""The runs that wait for a person's decision. Spelt as in its index, which is used only then."""
sa.Index("ix_run_undecided", run.c.origin, run.c.id, sqlite_where=UNDECIDED)
# It holds all that the reports of costs read of a run, so that they never touch the wide rows.
sa.Index(
    "ix_run_costs",
    *(run.c.origin, run.c.created_at, run.c.cost_micros, run.c.estimate_micros),
    *(run.c.cost_basis, run.c.state, run.c.id, run.c.created_by),
)

# The cost, always NULL here, makes it the better one for SQLite than the index of costs.
sa.Index(
    "ix_run_unsettled",
    *(run.c.origin, run.c.cost_micros, run.c.created_at, run.c.created_by),
    *(run.c.estimate_micros, run.c.state, run.c.id),
    sqlite_where=run.c.cost_micros.is_(None),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("run_id", sa.ForeignKey(run.c.id), primary_key=True),
    sa.Column("fence", Whole, primary_key=True),
    sa.Column("intended_at", Whole, nullable=False),
    sa.Column("quiet_until", Whole, nullable=False),
    sa.Column("ended_at", Whole),
    sa.Column("outcome", sa.Text),
    sa.Column("http_status", Whole),
    sa.Column("detail", sa.Text),
    sa.Column("asked_in_vain", Whole, nullable=False, server_default="0"),
    sqlite_strict=True,
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.ForeignKey(run.c.id), nullable=False, index=True),
    sa.Column("at", Whole, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", JsonText),
    sqlite_strict=True,
)

DIFFERENCES = sa.text(one_of("kind", DifferenceKind))
"""What audits found out. Spelt as in its index, which is used only then."""
sa.Index("ix_event_differences", event.c.seq, sqlite_where=DIFFERENCES)

picture = sa.Table(
    "picture",
    metadata,
    sa.Column("run_id", sa.ForeignKey(run.c.id), primary_key=True),
    sa.Column("number", Whole, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("size_bytes", Whole, nullable=False),
    sa.Column("mime", sa.Text, nullable=False),
    sa.Column("width", Whole),
    sa.Column("height", Whole),
    sa.Column("problem", sa.Text),
    sa.Column("stored_at", Whole, nullable=False),
    sa.Column("likeness", Whole),
    sa.Column("freed_at", Whole),
    sqlite_strict=True,
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("values", JsonText, nullable=False),
    sa.Column("created_at", Whole, nullable=False),
    sqlite_strict=True,
)

callback = sa.Table(
    "callback",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("received_at", Whole, nullable=False),
    sa.Column(
        "proof", sa.Text, sa.CheckConstraint(one_of("proof", Proof), name="proof"), nullable=False
    ),
    sa.Column("run_id", sa.Text),
    sa.Column("remote_id", sa.Text),
    sa.Column("event", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("request_id", sa.Text),
    sqlite_strict=True,
)
sa.Index("ix_callback_run", callback.c.run_id)
sa.Index("ix_callback_remote", callback.c.origin, callback.c.remote_id)
sa.Index("ix_callback_received", callback.c.origin, callback.c.received_at)

callback_refusal = sa.Table(
    "callback_refusal",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("at", Whole, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text),
    sa.Column("excerpt", sa.LargeBinary, nullable=False),
    sqlite_strict=True,
)

callback_refusal_count = sa.Table(
    "callback_refusal_count",
    metadata,
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("times", Whole, nullable=False),
    sa.Column("last_at", Whole, nullable=False),
    sqlite_strict=True,
)

installation_secret = sa.Table(
    "installation_secret",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("created_at", Whole, nullable=False),
    sqlite_strict=True,
)

adjustment = sa.Table(
    "adjustment",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.ForeignKey(run.c.id), nullable=False, index=True),
    sa.Column("at", Whole, nullable=False),
    sa.Column("from_micros", Whole),
    sa.Column("to_micros", Whole),
    sa.Column("reason", sa.Text, nullable=False),
    sqlite_strict=True,
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("began_at", Whole, nullable=False),
    sa.Column("ended_at", Whole, nullable=False),
    sa.Column("since", Whole, nullable=False),
    sa.Column("counted", Whole, nullable=False),
    sa.Column("adopted", Whole, nullable=False),
    sa.Column("found", Whole, nullable=False),
    sa.Column("missing", Whole, nullable=False),
    sa.Column("different", Whole, nullable=False),
    sa.Column("difference_micros", Whole, nullable=False),
    sa.Column("others", Whole, nullable=False),
    sa.Column("others_micros", Whole, nullable=False),
    sa.Column("problem", sa.Text),
    sqlite_strict=True,
)
sa.Index("ix_audit_origin", audit.c.origin, audit.c.seq)

"""The tables that the history is searched, sorted and organised by.

`run_index` has one narrow row a run, kept by triggers on `run`, `picture` and `mark`: no question
to the history walks the ledger's wide rows. `run_column` has the same by column, for questions
about very many runs (see `columns`). Values that can be filtered by are text as in a link;
the empty text is *not set*. What people write about runs is in `mark`, `run_tag` and
`run_collection`.
"""

from enum import IntEnum

import sqlalchemy as sa

from lib.domain.organising import Sharing
from lib.store.schema import JsonText, Whole, metadata, one_of, picture

UNKNOWN = -1
"""The cost or duration that nobody knows: sorts below every one that is known."""


class Place(IntEnum):
    """Where a run is kept."""

    SHOWN = 0
    BIN = 1
    ERASED = 2
    """The bin was emptied: only the ledger and the reports of costs know it still."""


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _number(name: str, default: int) -> sa.Column[int]:
    return sa.Column(name, Whole, nullable=False, server_default=str(default))


INPUT_COLUMNS = (
    *("resolution", "aspect_ratio", "num_images", "thinking_level", "enable_web_search"),
    *("output_format", "safety_tolerance", "limit_generations", "sync_mode"),
)

run_index = sa.Table(
    "run_index",
    metadata,
    sa.Column("no", Whole, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.ForeignKey("run.id"), nullable=False, unique=True),
    sa.Column("origin", sa.Text, nullable=False),
    _number("place", Place.SHOWN),
    sa.Column("created_at", Whole, nullable=False),
    _number("cost_key", UNKNOWN),
    _number("duration_key", UNKNOWN),
    _number("rating", 0),
    *map(_text, ("state", "status", "created_by", "model_id", *INPUT_COLUMNS)),
    *map(_text, ("favourite", "nsfw_detected", "has_pictures", "adopted", "missing")),
    *map(_text, ("seed", "seed_used", "parent_id")),
    sa.Column("prompt_key", Whole),
    sa.Column("fingerprint", sa.Text),
    *map(_text, ("opened", "downloaded", "duplicate")),
    sqlite_strict=True,
    # A number is never given twice: the index of words goes by it.
    sqlite_autoincrement=True,
)
_at = (run_index.c.origin, run_index.c.place)
for _key in ("created_at", "cost_key", "duration_key", "rating"):
    sa.Index(f"ix_run_index_{_key}", *_at, run_index.c[_key], run_index.c.no)
for _rare in ("seed", "seed_used", "parent_id"):
    sa.Index(f"ix_run_index_{_rare}", run_index.c[_rare], sqlite_where=run_index.c[_rare] != "")
sa.Index("ix_run_index_prompt_key", run_index.c.prompt_key)
IS_OF_USE = sa.text("place = 0 AND state = 'stored' AND has_pictures = 'true'")
"""A run whose pictures can be used again. Spelt as in its index, which is used only then."""
sa.Index(
    "ix_run_index_fingerprint",
    *(run_index.c.origin, run_index.c.fingerprint, run_index.c.no),
    sqlite_where=IS_OF_USE,
)
sa.Index("ix_run_index_unread", run_index.c.no, sqlite_where=run_index.c.fingerprint.is_(None))

saving = sa.Table(
    "saving",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("click_token", sa.Text, nullable=False),
    sa.Column("run_id", sa.ForeignKey("run.id"), nullable=False),
    sa.Column(
        "amount_micros",
        Whole,
        sa.CheckConstraint("amount_micros >= 0", name="amount"),
        nullable=False,
    ),
    sa.UniqueConstraint("by", "click_token"),
    sqlite_strict=True,
)
"""Pictures that were there and used instead of new ones, and what those would have cost."""
sa.Index("ix_saving_at", saving.c.origin, saving.c.at, saving.c.amount_micros)

unindexed = sa.Table(
    "unindexed",
    metadata,
    sa.Column("after_id", sa.Text, primary_key=True),
    sqlite_strict=True,
)
run_changed = sa.Table(
    "run_changed",
    metadata,
    sa.Column("no", Whole, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
run_block = sa.Table(
    "run_block",
    metadata,
    sa.Column("block", Whole, primary_key=True, autoincrement=False),
    sa.Column("token", Whole, nullable=False),
    sqlite_strict=True,
)
run_column = sa.Table(
    "run_column",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("block", Whole, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("base", Whole, nullable=False),
    sa.Column("low", Whole, nullable=False),
    sa.Column("high", Whole, nullable=False),
    sqlite_strict=True,
)
run_tally = sa.Table(
    "run_tally",
    metadata,
    sa.Column("block", Whole, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("scope", Whole, primary_key=True, autoincrement=False),
    sa.Column("code", Whole, primary_key=True, autoincrement=False),
    sa.Column("runs", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
column_value = sa.Table(
    "column_value",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("code", Whole, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_strict=True,
)

likeness = sa.Table(
    "likeness",
    metadata,
    sa.Column("no", Whole, primary_key=True, autoincrement=True),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("bits", Whole, nullable=False),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
likeness_block = sa.Table(
    "likeness_block",
    metadata,
    sa.Column("block", Whole, primary_key=True, autoincrement=False),
    sa.Column("last_no", Whole, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sqlite_strict=True,
)
sa.Index(
    "ix_picture_unlike",
    picture.c.sha256,
    sqlite_where=sa.and_(picture.c.likeness.is_(None), picture.c.problem.is_(None)),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("run_id", sa.ForeignKey("run.id"), primary_key=True),
    _number("favourite", 0),
    _number("rating", 0),
    _text("remark"),
    sa.Column("changed_at", Whole, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.CheckConstraint("favourite IN (0, 1)", name="favourite"),
    sa.CheckConstraint("rating BETWEEN 0 AND 5", name="rating"),
    sqlite_strict=True,
)

tag = sa.Table(
    "tag",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sqlite_strict=True,
)
run_tag = sa.Table(
    "run_tag",
    metadata,
    sa.Column("tag_id", sa.ForeignKey(tag.c.id), primary_key=True),
    sa.Column("no", sa.ForeignKey(run_index.c.no), primary_key=True, index=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

collection = sa.Table(
    "collection",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column(
        "sharing",
        sa.Text,
        sa.CheckConstraint(one_of("sharing", Sharing), name="sharing"),
        nullable=False,
    ),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sqlite_strict=True,
)
run_collection = sa.Table(
    "run_collection",
    metadata,
    sa.Column("collection_id", sa.ForeignKey(collection.c.id), primary_key=True),
    sa.Column("no", sa.ForeignKey(run_index.c.no), primary_key=True, index=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

saved_search = sa.Table(
    "saved_search",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column(
        "sharing",
        sa.Text,
        sa.CheckConstraint(one_of("sharing", Sharing), name="sharing"),
        nullable=False,
    ),
    sa.Column("parameters", JsonText, nullable=False),
    sa.Column("created_at", Whole, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sqlite_strict=True,
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("id", Whole, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", JsonText),
    sa.Column("runs", Whole, nullable=False, server_default="0"),
    sa.Column("at", Whole, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("undone_at", Whole),
    sqlite_strict=True,
)
change_part = sa.Table(
    "change_part",
    metadata,
    sa.Column("seq", Whole, primary_key=True, autoincrement=True),
    sa.Column("change_id", sa.ForeignKey(change.c.id), nullable=False, index=True),
    sa.Column("before", JsonText, nullable=False),
    sqlite_strict=True,
)

"""The history: what runs are searched, sorted and organised by, kept in step by triggers."""

import sqlalchemy as sa
from alembic import op

from lib.store.migrations import history_triggers, history_views

revision = "0004"
down_revision = "0003"

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHARINGS = "('private', 'team')"
PARENT_KINDS = "('experiment cell', 'new seed', 're-used')"
TEXTS = (
    *("state", "status", "created_by", "model_id", "resolution", "aspect_ratio", "num_images"),
    *("thinking_level", "enable_web_search", "output_format", "safety_tolerance"),
    *("limit_generations", "sync_mode", "favourite", "nsfw_detected", "has_pictures"),
    *("adopted", "missing", "seed", "seed_used", "parent_id"),
)


def upgrade() -> None:
    extend_run()
    make_run_index()
    make_columns()
    make_words()
    make_likeness()
    make_mark()
    make_tag()
    make_collection()
    make_saved_search()
    make_change()
    for statement in (*history_triggers.STATEMENTS, *history_views.STATEMENTS):
        op.execute(statement)
    # The lines of older runs follow in batches, see `catching_up`.
    op.execute("INSERT INTO unindexed (after_id) SELECT '' WHERE EXISTS (SELECT 1 FROM run)")


def extend_run() -> None:
    op.add_column("run", sa.Column("parent_id", sa.Text))
    op.execute(
        "ALTER TABLE run ADD COLUMN parent_kind TEXT CONSTRAINT ck_run_parent_kind "
        f"CHECK (parent_kind IN {PARENT_KINDS})"
    )
    op.add_column("run", sa.Column("erased_at", Whole))
    op.add_column("picture", sa.Column("likeness", Whole))
    op.add_column("picture", sa.Column("freed_at", Whole))


def make_run_index() -> None:
    op.create_table(
        "run_index",
        sa.Column("no", Whole, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        number("place", 0),
        sa.Column("created_at", Whole, nullable=False),
        number("cost_key", -1),
        number("duration_key", -1),
        number("rating", 0),
        *map(text, TEXTS),
        sa.Column("prompt_key", Whole),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_run_index")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_index_run_id")),
        sa.UniqueConstraint("run_id", name=op.f("uq_run_index_run_id")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    for key in ("created_at", "cost_key", "duration_key", "rating"):
        op.create_index(op.f(f"ix_run_index_{key}"), "run_index", ["origin", "place", key, "no"])
    for rare in ("seed", "seed_used", "parent_id"):
        op.create_index(
            op.f(f"ix_run_index_{rare}"), "run_index", [rare], sqlite_where=sa.text(f"{rare} != ''")
        )
    op.create_index(op.f("ix_run_index_prompt_key"), "run_index", ["prompt_key"])


def make_columns() -> None:
    op.create_table(
        "unindexed",
        sa.Column("after_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("after_id", name=op.f("pk_unindexed")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_changed",
        sa.Column("no", Whole, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_run_changed")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_block",
        sa.Column("block", Whole, autoincrement=False, nullable=False),
        sa.Column("token", Whole, nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_run_block")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_column",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("block", Whole, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("base", Whole, nullable=False),
        sa.Column("low", Whole, nullable=False),
        sa.Column("high", Whole, nullable=False),
        sa.PrimaryKeyConstraint("name", "block", name=op.f("pk_run_column")),
        sqlite_strict=True,
    )
    op.create_table(
        "column_value",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", Whole, autoincrement=False, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", "code", name=op.f("pk_column_value")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_tally",
        sa.Column("block", Whole, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", Whole, autoincrement=False, nullable=False),
        sa.Column("code", Whole, autoincrement=False, nullable=False),
        sa.Column("runs", Whole, nullable=False),
        sa.PrimaryKeyConstraint("block", "name", "scope", "code", name=op.f("pk_run_tally")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def make_words() -> None:
    """Made in code and not by triggers: the tokens of every script are cut apart in Python."""
    op.execute(
        "CREATE VIRTUAL TABLE run_words USING fts5"
        "(prompt, remark, content='', tokenize='ascii', prefix='2')"
    )


def make_likeness() -> None:
    op.create_table(
        "likeness",
        sa.Column("no", Whole, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("bits", Whole, nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_likeness")),
        sa.UniqueConstraint("sha256", name=op.f("uq_likeness_sha256")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "likeness_block",
        sa.Column("block", Whole, autoincrement=False, nullable=False),
        sa.Column("last_no", Whole, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_likeness_block")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_picture_unlike"),
        "picture",
        ["sha256"],
        sqlite_where=sa.text("likeness IS NULL AND problem IS NULL"),
    )


def make_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("run_id", sa.Text, nullable=False),
        number("favourite", 0),
        number("rating", 0),
        text("remark"),
        *changed("changed"),
        sa.CheckConstraint("favourite IN (0, 1)", name=op.f("ck_mark_favourite")),
        sa.CheckConstraint("rating BETWEEN 0 AND 5", name=op.f("ck_mark_rating")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_mark_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_mark")),
        sqlite_strict=True,
    )


def make_tag() -> None:
    op.create_table(
        "tag",
        sa.Column("id", Whole, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        *changed("created"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
        sqlite_strict=True,
    )
    make_list("run_tag", "tag")


def make_collection() -> None:
    make_named("collection")
    make_list("run_collection", "collection")


def make_saved_search() -> None:
    make_named("saved_search", sa.Column("parameters", sa.Text, nullable=False))


def make_named(table: str, *columns: sa.Column[str]) -> None:
    """Something with a name that a person keeps for herself or shares with the team."""
    op.create_table(
        table,
        sa.Column("id", Whole, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sharing", sa.Text, nullable=False),
        *columns,
        *changed("created"),
        sa.CheckConstraint(f"sharing IN {SHARINGS}", name=op.f(f"ck_{table}_sharing")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_strict=True,
    )


def make_list(table: str, of: str) -> None:
    """The runs that have a tag, or are in a collection."""
    op.create_table(
        table,
        sa.Column(f"{of}_id", Whole, nullable=False),
        sa.Column("no", Whole, nullable=False),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id")),
        sa.ForeignKeyConstraint(["no"], ["run_index.no"], name=op.f(f"fk_{table}_no")),
        sa.PrimaryKeyConstraint(f"{of}_id", "no", name=op.f(f"pk_{table}")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{table}_no"), table, ["no"])


def make_change() -> None:
    op.create_table(
        "change",
        sa.Column("id", Whole, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        number("runs", 0),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("undone_at", Whole),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_strict=True,
    )
    op.create_table(
        "change_part",
        sa.Column("seq", Whole, autoincrement=True, nullable=False),
        sa.Column("change_id", Whole, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change.id"], name=op.f("fk_change_part_change_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change_part")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_change_part_change_id"), "change_part", ["change_id"])


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def number(name: str, default: int) -> sa.Column[int]:
    return sa.Column(name, Whole, nullable=False, server_default=str(default))


def changed(how: str) -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column(f"{how}_at", Whole, nullable=False),
        sa.Column(f"{how}_by", sa.Text, nullable=False),
    )

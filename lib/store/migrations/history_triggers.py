"""The triggers that keep `run_index` in step with the ledger, as SQLite writes them.

A run must never fail to be recorded because of how it would be searched for, so nothing here can
refuse a value: an input that is no JSON has no fields.
"""

import re
from collections.abc import Iterator

INPUT_FIELDS = (
    *("resolution", "aspect_ratio", "num_images", "thinking_level", "enable_web_search"),
    *("output_format", "safety_tolerance", "limit_generations", "sync_mode", "seed"),
)
COLUMNS = (
    *("origin", "place", "created_at", "cost_key", "duration_key", "rating", "state", "status"),
    *("created_by", "model_id", *INPUT_FIELDS[:-1], "favourite", "nsfw_detected", "has_pictures"),
    *("adopted", "missing"),
)
"""The columns of `run_index` that stand in blocks as well."""
FOLLOWED = {
    "where_it_stands": ("state", "status", "nsfw_detected", "adopted_at", "missing_at"),
    "what_it_is": ("origin", "created_by", "model_id", "created_at", "input", "parent_id"),
    "place": ("deleted_at", "erased_at"),
    "cost": ("cost_micros",),
    "duration": ("duration_ms",),
    "seed": ("seed_used",),
}
"""Columns of `run`, by those that change together: SQLite writes each index whose column is named
in an UPDATE, changed or not, so a run's every step must not name those of its cost."""


def as_text(document: str, path: str) -> str:
    """SQL: the JSON value at a path as a link writes it, `true`, `4`, `2K`; empty without one."""
    safe = f"CASE WHEN json_valid({document}) THEN {document} END"
    return (
        f"CASE json_type({safe}, '{path}') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        f" ELSE coalesce(CAST(json_extract({safe}, '{path}') AS TEXT), '') END"
    )


def yes_or_no(condition: str) -> str:
    """SQL: a condition as the text of a filter."""
    return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END"


def line_of(run: str) -> dict[str, str]:
    """SQL of what the index says of a run by the ledger alone, by column."""
    return {
        "origin": f"{run}.origin",
        "place": (
            f"CASE WHEN {run}.erased_at IS NOT NULL THEN 2"
            f" WHEN {run}.deleted_at IS NOT NULL THEN 1 ELSE 0 END"
        ),
        "created_at": f"{run}.created_at",
        "cost_key": f"coalesce({run}.cost_micros, -1)",
        "duration_key": f"coalesce({run}.duration_ms, -1)",
        "state": f"{run}.state",
        "status": f"coalesce({run}.status, '')",
        "created_by": f"{run}.created_by",
        "model_id": f"{run}.model_id",
        **{name: as_text(f"{run}.input", f"$.{name}") for name in INPUT_FIELDS},
        "nsfw_detected": f"CASE {run}.nsfw_detected WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE '' END",
        "seed_used": as_text(f"{run}.seed_used", "$"),
        "adopted": yes_or_no(f"{run}.adopted_at IS NOT NULL"),
        "missing": yes_or_no(f"{run}.missing_at IS NOT NULL"),
        "parent_id": f"coalesce({run}.parent_id, '')",
    }


def insertion(run: str) -> str:
    """SQL: an INSERT ... SELECT of a run's line."""
    line = line_of(run)
    return (
        f"INSERT INTO run_index (run_id, favourite, has_pictures, {', '.join(line)})"
        f" SELECT {run}.id, 'false', 'false', {', '.join(line.values())}"
    )


def followed() -> Iterator[str]:
    """SQL: a trigger for each group of columns, which brings the line up to what changed."""
    for group, columns in FOLLOWED.items():
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        assignments = ", ".join(
            f"{name} = {value}"
            for name, value in line_of("NEW").items()
            if any(re.search(rf"\bNEW\.{column}\b", value) for column in columns)
        )
        yield (
            f"CREATE TRIGGER run_index_run_{group} AFTER UPDATE OF {', '.join(columns)} ON run"
            f" WHEN {changed} BEGIN UPDATE run_index SET {assignments} WHERE run_id = NEW.id; END"
        )


SHOWN = "SELECT 1 FROM picture WHERE run_id = OLD.run_id AND problem IS NULL"
MARKED = (
    "UPDATE run_index SET rating = NEW.rating,"
    f" favourite = {yes_or_no('NEW.favourite = 1')} WHERE run_id = NEW.run_id"
)

CHANGED = "INSERT INTO run_changed (no) SELECT {0}.no WHERE NOT EXISTS (SELECT 1 FROM run_changed WHERE no = {0}.no)"


LIKENESS = (
    "WHEN NEW.likeness IS NOT NULL BEGIN INSERT INTO likeness (sha256, bits)"
    " SELECT NEW.sha256, NEW.likeness"
    " WHERE NOT EXISTS (SELECT 1 FROM likeness WHERE sha256 = NEW.sha256); END"
)


def changing() -> Iterator[str]:
    """SQL: triggers that name each line whose blocks of columns have to be written anew."""
    moments = {
        "run_index": {"INSERT": "NEW", "UPDATE OF " + ", ".join(COLUMNS): "NEW", "DELETE": "OLD"},
        "run_tag": {"INSERT": "NEW", "DELETE": "OLD"},
        "run_collection": {"INSERT": "NEW", "DELETE": "OLD"},
    }
    for table, actions in moments.items():
        for action, line in actions.items():
            name = f"run_changed_{table}_{action.split()[0].lower()}"
            yield f"CREATE TRIGGER {name} AFTER {action} ON {table} BEGIN {CHANGED.format(line)}; END"


STATEMENTS = (
    *changing(),
    f"CREATE TRIGGER run_index_run_insert AFTER INSERT ON run BEGIN {insertion('NEW')}; END",
    *followed(),
    "CREATE TRIGGER run_index_run_delete BEFORE DELETE ON run BEGIN"
    " DELETE FROM run_tag WHERE no = (SELECT no FROM run_index WHERE run_id = OLD.id);"
    " DELETE FROM run_collection WHERE no = (SELECT no FROM run_index WHERE run_id = OLD.id);"
    " DELETE FROM run_index WHERE run_id = OLD.id; END",
    "CREATE TRIGGER run_index_picture_insert AFTER INSERT ON picture WHEN NEW.problem IS NULL BEGIN"
    " UPDATE run_index SET has_pictures = 'true'"
    " WHERE run_id = NEW.run_id AND has_pictures != 'true'; END",
    "CREATE TRIGGER run_index_picture_update AFTER UPDATE OF problem ON picture BEGIN"
    f" UPDATE run_index SET has_pictures = {yes_or_no(f'EXISTS ({SHOWN})')}"
    " WHERE run_id = OLD.run_id; END",
    "CREATE TRIGGER run_index_picture_delete AFTER DELETE ON picture BEGIN"
    f" UPDATE run_index SET has_pictures = {yes_or_no(f'EXISTS ({SHOWN})')}"
    " WHERE run_id = OLD.run_id; END",
    f"CREATE TRIGGER likeness_picture_insert AFTER INSERT ON picture {LIKENESS}",
    f"CREATE TRIGGER likeness_picture_update AFTER UPDATE OF likeness ON picture {LIKENESS}",
    f"CREATE TRIGGER run_index_mark_insert AFTER INSERT ON mark BEGIN {MARKED}; END",
    f"CREATE TRIGGER run_index_mark_update AFTER UPDATE ON mark BEGIN {MARKED}; END",
)

"""Three flags of a run also by column, so that a question for them reads a byte a run."""

import numpy as np
from alembic import op

revision = "0020"
down_revision = "0019"

FLAGS = ("opened", "downloaded", "duplicate")
BLOCK = 65_536
CHANGED = (
    "INSERT INTO run_changed (no) SELECT NEW.no"
    " WHERE NOT EXISTS (SELECT 1 FROM run_changed WHERE no = NEW.no)"
)


def upgrade() -> None:
    op.execute(
        "CREATE TRIGGER run_changed_run_index_flags"
        f" AFTER UPDATE OF {', '.join(FLAGS)} ON run_index BEGIN {CHANGED}; END"
    )
    for (block,) in op.get_bind().exec_driver_sql("SELECT block FROM run_block").fetchall():
        fill(block)


def fill(block: int) -> None:
    """The columns of a block; a line that is not there has the code 0."""
    db, first = op.get_bind(), block * BLOCK
    query = f"SELECT no - ?, {', '.join(FLAGS)} FROM run_index WHERE no BETWEEN ? AND ?"
    lines = db.exec_driver_sql(query, (first, first, first + BLOCK - 1)).fetchall()
    places = [line[0] for line in lines]
    for at, name in enumerate(FLAGS, 1):
        codes = codes_of(name, {line[at] for line in lines})
        column = np.zeros(BLOCK, np.uint8)
        column[places] = [codes[line[at]] for line in lines]
        ends = [codes[value] for value in {line[at] for line in lines}] or [0]
        is_one = bool((column == column[0]).all())
        data, base = (b"", int(column[0])) if is_one else (column.tobytes(), 0)
        db.exec_driver_sql(
            "INSERT INTO run_column (name, block, data, base, low, high) VALUES (?, ?, ?, ?, ?, ?)",
            (name, block, data, base, min(ends), max(ends)),
        )


def codes_of(name: str, values: set[str]) -> dict[str, int]:
    """The codes of these values, the new ones among them written down."""
    db = op.get_bind()
    query = "SELECT value, code FROM column_value WHERE name = ?"
    codes = {row[0]: row[1] for row in db.exec_driver_sql(query, (name,))}
    for value in sorted(values - set(codes)):
        codes[value] = len(codes) + 1
        db.exec_driver_sql(
            "INSERT INTO column_value (name, code, value) VALUES (?, ?, ?)",
            (name, codes[value], value),
        )
    return codes

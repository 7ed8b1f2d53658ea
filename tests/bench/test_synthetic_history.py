"""A synthetic history is what Plantain itself would have recorded, copies and all."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.migrations.history_triggers import line_of
from tests.bench import synthetic_history
from tests.bench.synthetic_history import RARE_RUNS, RARE_WORD, fill

MADE = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of a hundred runs, most of them copied."""
    monkeypatch.setattr(synthetic_history, "ORIGINALS", 40)
    fill(tmp_path / "history", 100).dispose()
    return tmp_path / "history"


def rows(database: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with database.connect() as db:
        return [tuple(row) for row in db.exec_driver_sql(query)]


def test_copied_runs_have_the_lines_that_triggers_would_have_written(folder: Path) -> None:
    database = open_database(folder / "plantain.db")
    line = line_of("run")

    written = rows(database, f"SELECT run_id, {', '.join(line)} FROM run_index ORDER BY no")
    due = rows(database, f"SELECT id, {', '.join(line.values())} FROM run ORDER BY created_at")

    assert written == due
    assert len(due) == 100
    assert rows(database, "SELECT * FROM run_changed") == []
    pictured = "EXISTS (SELECT 1 FROM picture WHERE picture.run_id = run_index.run_id)"
    assert (
        rows(database, f"SELECT no FROM run_index WHERE (has_pictures = 'true') IS NOT {pictured}")
        == []
    )
    database.dispose()


def test_copied_runs_are_charged_for_as_the_originals_are(folder: Path) -> None:
    database = open_database(folder / "plantain.db")

    [(spent,)] = rows(database, "SELECT sum(cost_micros) FROM run WHERE cost_basis = 'confirmed'")
    [(charged,)] = rows(database, "SELECT sum(amount_micros) FROM charge_line")
    [(rolled_up,)] = rows(database, "SELECT sum(amount_micros) FROM charge_rollup")

    assert spent == charged == rolled_up
    database.dispose()


def test_the_database_is_made_of_the_same_parts_as_any_other(folder: Path, tmp_path: Path) -> None:
    database, fresh = open_database(folder / "plantain.db"), open_database(tmp_path / "fresh.db")
    migrate(fresh)

    assert rows(database, MADE) == rows(fresh, MADE)
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    for each in (database, fresh):
        each.dispose()


def test_the_rare_word_is_as_rare_in_every_history(folder: Path) -> None:
    database = open_database(folder / "plantain.db")

    found = rows(database, f"SELECT rowid FROM run_words WHERE run_words MATCH '{RARE_WORD}'")
    written = rows(
        database, f"SELECT no FROM run, run_index WHERE run_id = id AND prompt LIKE '%{RARE_WORD}'"
    )

    assert found == written
    assert len(found) == RARE_RUNS
    database.dispose()


def test_a_folder_with_another_history_is_refused(folder: Path) -> None:
    with pytest.raises(FileExistsError, match="has 100 runs, not 120"):
        fill(folder, 120)

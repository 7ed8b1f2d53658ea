"""The history from outside: a DataFrame for notebooks, views for any SQLite client."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.store.database import DatabaseUnusable, writing
from lib.store.tables import runs
from lib.store.tables_history_frames import HISTORY_DTYPES
from lib.store.words import index_pending
from tests.store.ended_runs import NOON_MS, put, put_pictures, run_row

INPUT = {
    "resolution": "str",
    "aspect_ratio": "str",
    "num_images": "Int64",
    "thinking_level": "str",
    "enable_web_search": "boolean",
    "seed": "object",
    "output_format": "str",
    "safety_tolerance": "str",
    "limit_generations": "boolean",
    "sync_mode": "boolean",
}


@pytest.fixture
def folder(database: sa.Engine, tmp_path: Path) -> Path:
    """A data folder whose database is open, as while Plantain works."""
    long = "kite " * 1_000
    fields = {"num_images": 2, "enable_web_search": True, "seed": 2**70}
    put(
        database,
        run_row("01", prompt=long, input=fields, cost_micros=80_001),
        run_row("02", prompt="a boat", input={"num_images": "two"}, deleted_at=None),
        run_row("03", prompt="gone", deleted_at=NOON_MS),
        run_row("04", prompt="real money", origin="api.runflow.io"),
    )
    put_pictures(database, "01", 2)
    with writing(database) as db:
        db.exec_driver_sql("INSERT INTO tag VALUES (1, 'for Mia', 1, 'ana')")
        db.exec_driver_sql("INSERT INTO run_tag SELECT 1, no FROM run_index WHERE run_id = '01'")
        db.exec_driver_sql(
            "INSERT INTO mark VALUES ('01', 1, 5, 'sehr schön', 1, 'ana')",
        )
    index_pending(database)
    return tmp_path


def test_a_notebook_gets_every_run_whole_with_documented_dtypes(folder: Path) -> None:
    table = runs(folder, origin="sandbox")

    assert list(table["id"]) == ["02", "01"]
    assert len(table["prompt"].iloc[1]) == 5_000
    assert table["seed"].iloc[1] == 2**70
    assert table["tags"].iloc[1] == ("for Mia",)
    dtypes = {name: str(dtype) for name, dtype in table.dtypes.items()}
    assert dtypes == {**HISTORY_DTYPES, "tags": "object", **INPUT}
    assert table["num_images"].tolist()[1] == 2
    assert table["num_images"].isna().iloc[0]


def test_without_runs_the_columns_are_the_same(folder: Path) -> None:
    full, empty = runs(folder, origin="sandbox"), runs(folder, "tag=none", origin="sandbox")

    assert empty.empty
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == {
        name: str(dtype) for name, dtype in full.dtypes.items()
    }


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("", ["02", "01"]),
        ("q=kite&rating=5", ["01"]),
        ("http://127.0.0.1:8501/history?tag=for+Mia&run=02&view=table", ["01"]),
        ("deleted=true", ["03"]),
        ("sort=oldest", ["01", "02"]),
    ],
)
def test_a_link_of_the_history_can_be_pasted(folder: Path, link: str, found: list[str]) -> None:
    assert list(runs(folder, link, origin="sandbox")["id"]) == found


def test_it_comes_in_parts_and_ends_where_it_is_told_to(
    database: sa.Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.store.tables_notebook.AT_A_TIME", 2)
    put(database, *(run_row(f"{number}") for number in range(10, 15)))

    assert list(runs(folder, origin="sandbox")["id"]) == ["14", "13", "12", "11", "10", "02", "01"]
    assert list(runs(folder, limit=3, origin="sandbox")["id"]) == ["14", "13", "12"]
    assert runs(folder, limit=0, origin="sandbox").empty


def test_a_mistake_is_told_with_its_remedy(folder: Path, database: sa.Engine) -> None:
    with pytest.raises(ValueError, match=r"several accounts: give origin as one of api\.runflow"):
        runs(folder)
    with pytest.raises(ValueError, match="rating cannot be '9'"):
        runs(folder, "rating=9", origin="sandbox")
    with pytest.raises(DatabaseUnusable, match="no database at"):
        runs(folder / "elsewhere")
    with writing(database) as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
    with pytest.raises(DatabaseUnusable, match="schema 0003"):
        runs(folder)


def test_reading_changes_nothing(folder: Path, database: sa.Engine) -> None:
    put(database, run_row("05", prompt="another kite"))

    runs(folder, "q=kite", origin="sandbox")

    with database.connect() as db:
        assert db.exec_driver_sql(
            "SELECT count(*) FROM run_index WHERE prompt_key IS NULL"
        ).scalar()


def test_any_sqlite_client_reads_the_views(folder: Path) -> None:
    with closing(sqlite3.connect(f"file:{folder / 'plantain.db'}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        row = dict(db.execute("SELECT * FROM history WHERE id = '01'").fetchone())
        pictures = db.execute("SELECT run_id, number FROM history_pictures").fetchall()
        tags = db.execute("SELECT * FROM history_tags").fetchall()
        collections = db.execute("SELECT * FROM history_collections").fetchall()

    assert row["created_at"] == "2026-11-22 12:00:00.000"
    assert (row["cost_micros"], row["cost_usd"]) == (80_001, 0.080001)
    assert (row["num_images"], row["enable_web_search"], row["sync_mode"]) == (2, 1, None)
    assert (row["pictures"], row["favourite"], row["rating"]) == (2, 1, 5)
    assert (row["tags"], row["remark"], row["deleted_at"]) == ("for Mia", "sehr schön", None)
    assert [tuple(picture) for picture in pictures] == [("01", 0), ("01", 1)]
    assert [tuple(tag) for tag in tags] == [("01", "for Mia")]
    assert collections == []

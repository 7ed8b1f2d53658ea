"""What people did with pictures: noted once, found by the history, and unknown of earlier runs."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.store.asked import Asked
from lib.store.attention import Attention
from lib.store.database import open_database, writing
from lib.store.folding import fold
from lib.store.migrate import MIGRATIONS, migrate
from lib.store.schema import picture
from lib.store.schema_attention import Looked
from lib.store.schema_history import mark
from lib.store.tables_history import HistoryTables
from tests.store.ended_runs import put, put_pictures, run_row


def flags(database: sa.Engine, run_id: str) -> tuple[str, str, str]:
    """Opened, downloaded, duplicate."""
    with database.connect() as db:
        row = db.exec_driver_sql(
            "SELECT opened, downloaded, duplicate FROM run_index WHERE run_id = ?", (run_id,)
        ).one()
        return row[0], row[1], row[2]


def put_picture(database: sa.Engine, run_id: str, sha256: str, number: int = 0) -> None:
    with writing(database) as db:
        db.execute(
            picture.insert().values(
                run_id=run_id,
                number=number,
                sha256=sha256,
                size_bytes=1,
                mime="image/png",
                stored_at=1,
            )
        )


def put_mark(database: sa.Engine, run_id: str) -> None:
    with writing(database) as db:
        db.execute(mark.insert().values(run_id=run_id, rating=3, changed_at=1, changed_by="local"))


def earlier_ledger(folder: Path, revision: str) -> sa.Engine:
    """A ledger as an earlier Plantain left it: four runs, two of the same picture, one marked."""
    engine = open_database(folder / "plantain.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    put(engine, *(run_row(one) for one in ("1", "2", "3", "4")))
    for one, sha256 in (("1", "a"), ("2", "a"), ("3", "b")):
        put_picture(engine, one, sha256)
    put_mark(engine, "3")
    return engine


@pytest.fixture
def attention(database: sa.Engine) -> Attention:
    return Attention(database, SystemClock())


def test_a_run_is_not_opened_until_somebody_does(database: sa.Engine, attention: Attention) -> None:
    put(database, run_row("1"))
    assert flags(database, "1") == ("", "", "")
    put_pictures(database, "1", 2)
    assert flags(database, "1") == ("false", "false", "false")

    attention.note(Looked.OPENED, ["1"])
    assert flags(database, "1") == ("true", "false", "false")

    attention.note(Looked.DOWNLOADED, ["1"])
    assert flags(database, "1") == ("true", "true", "false")


def test_who_takes_or_marks_pictures_has_opened_them(
    database: sa.Engine, attention: Attention
) -> None:
    put(database, run_row("taken"), run_row("marked"))
    for run_id in ("taken", "marked"):
        put_pictures(database, run_id, 1)

    attention.note(Looked.DOWNLOADED, ["taken", "taken"])
    put_mark(database, "marked")

    assert flags(database, "taken") == ("true", "true", "false")
    assert flags(database, "marked") == ("true", "false", "false")


def test_a_run_opened_while_it_was_open_stays_so(database: sa.Engine, attention: Attention) -> None:
    put(database, run_row("1"))
    attention.note(Looked.OPENED, ["1"])

    put_pictures(database, "1", 1)

    assert flags(database, "1")[0] == "true"


def test_what_is_known_is_not_written_again(database: sa.Engine, attention: Attention) -> None:
    put(database, *(run_row(f"{n}") for n in range(1_200)))
    ids = [f"{n}" for n in range(1_200)]
    attention.note(Looked.DOWNLOADED, ids)
    statements: list[str] = []
    sa.event.listen(database, "before_cursor_execute", lambda *told: statements.append(told[2]))

    attention.note(Looked.DOWNLOADED, ids)

    assert statements
    assert not [told for told in statements if not told.startswith("SELECT")]


def test_a_duplicate_has_nothing_that_was_not_there_before(database: sa.Engine) -> None:
    runs = ("1", "2", "3", "4", "other")
    put(database, *(run_row(one) for one in runs[:4]), run_row("other", origin="real"))
    put_picture(database, "1", "a")
    put_picture(database, "1", "a", 1)  # twice in one run: the run itself was asked for it
    put_picture(database, "2", "a")
    put_picture(database, "3", "a")
    put_picture(database, "3", "b", 1)
    put_picture(database, "4", "c")
    put_picture(database, "other", "c")

    assert {one: flags(database, one)[2] for one in runs} == {
        "1": "false",
        "2": "true",
        "3": "false",
        "4": "false",
        "other": "false",
    }


def test_an_earlier_ledger_has_its_duplicates_found_and_nothing_called_unopened(
    tmp_path: Path,
) -> None:
    engine = earlier_ledger(tmp_path, "0012")

    migrate(engine)

    assert flags(engine, "1") == ("", "", "false")
    assert flags(engine, "2") == ("", "", "true")
    assert flags(engine, "3") == ("true", "", "false")
    assert flags(engine, "4") == ("", "", "")
    engine.dispose()


def test_blocks_from_before_the_flags_had_columns_are_asked_for_them(tmp_path: Path) -> None:
    engine = earlier_ledger(tmp_path, "0018")
    fold(engine)
    with writing(engine) as db:  # as an earlier Plantain left it
        for table in ("run_column", "column_value"):
            of_flags = "name IN ('opened', 'downloaded', 'duplicate')"
            db.exec_driver_sql(f"DELETE FROM {table} WHERE {of_flags}")

    migrate(engine)

    tables = HistoryTables(engine)
    found = {
        (flag, value): tables.ids(
            Asked(HistoryQuery().where(flag, value), "sandbox", "local"), limit=9
        )
        for flag, value in (("opened", "true"), ("opened", "false"), ("duplicate", "true"))
    }
    assert found == {
        ("opened", "true"): ["3"],
        ("opened", "false"): ["2", "1"],
        ("duplicate", "true"): ["2"],
    }
    engine.dispose()

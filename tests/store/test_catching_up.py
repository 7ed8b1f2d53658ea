"""A ledger that is older than the history gets all of it, also when that is ended in the middle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.domain.history_query import HistoryQuery
from lib.store import catching_up
from lib.store.asked import Asked
from lib.store.catching_up import catch_up
from lib.store.database import open_database, writing
from lib.store.migrate import MIGRATIONS, migrate
from lib.store.tables_history import HistoryTables
from tests.store.ended_runs import put, put_pictures, run_row

RUNS = 11


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database from before the history, with runs, opened by a Plantain that has it."""
    engine = open_database(tmp_path / "plantain.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0003")
    put(engine, *(run_row(f"{number:02}", prompt=f"kite {number}") for number in range(RUNS)))
    put_pictures(engine, "03", 1)
    migrate(engine)
    yield engine
    engine.dispose()


def found(engine: sa.Engine, query: HistoryQuery) -> list[str]:
    return HistoryTables(engine).ids(Asked(query, "sandbox", "local"), limit=99)


def has_all(engine: sa.Engine) -> bool:
    return (
        found(engine, HistoryQuery()) == [f"{number:02}" for number in reversed(range(RUNS))]
        and found(engine, HistoryQuery("kite 7")) == ["07"]
        and found(engine, HistoryQuery().where("has_pictures", "true")) == ["03"]
    )


def test_older_runs_are_found_once_it_has_caught_up(old: sa.Engine) -> None:
    said: list[str] = []

    catch_up(old, tell=said.append)

    assert has_all(old)
    assert "Preparing the history, lines: 11 of 11 runs" in said
    said.clear()
    catch_up(old, tell=said.append)
    assert said == []


def test_it_goes_on_where_it_was_ended(old: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "LINES", 2)
    monkeypatch.setattr(catching_up, "SAY_EVERY", 4)
    heard: list[str] = []

    def die_after_a_while(text: str) -> None:
        heard.append(text)
        if len(heard) % 2 == 0:
            raise KeyboardInterrupt

    ends = 0
    while True:
        try:
            catch_up(old, tell=die_after_a_while)
        except KeyboardInterrupt:
            ends += 1
        else:
            break

    assert ends > 1
    assert has_all(old)


def test_runs_that_come_before_it_is_through_stand_once(old: sa.Engine) -> None:
    put(old, run_row("00a", prompt="a boat"))
    with old.begin() as db:
        db.exec_driver_sql("UPDATE run SET state = 'failed' WHERE id = '05'")

    catch_up(old)

    assert len(found(old, HistoryQuery())) == RUNS + 1
    assert found(old, HistoryQuery().where("state", "failed")) == ["05"]

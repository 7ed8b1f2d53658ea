"""The database keeps what was committed, and lets writers wait for each other."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lib.store import schema_history
from lib.store.database import DatabaseUnusable, has_safe_wal, open_database, sqlite_build, writing
from lib.store.migrate import MIGRATIONS, migrate, newest_version, version_of

ROOT = Path(__file__).parents[2]
OPEN_AND_MIGRATE = """
import sys
from pathlib import Path
from lib.store.database import open_database
from lib.store.migrate import migrate
engine = open_database(Path(sys.argv[1]) / "plantain.db")
migrate(engine)
engine.dispose()
"""


def test_commits_are_synced_to_the_disk(database: sa.Engine):
    with database.connect() as db:
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert db.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert db.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_the_write_ahead_log_is_used_only_where_it_keeps_every_commit(database: sa.Engine):
    with database.connect() as db:
        journal = db.exec_driver_sql("PRAGMA journal_mode").scalar()

    safe = has_safe_wal(sqlite_build().sqlite_version_info)
    assert journal == ("wal" if safe else "delete")


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_builds_that_can_lose_commits_are_known(version: tuple[int, int, int], safe: bool):
    assert has_safe_wal(version) is safe


def differences(database: sa.Engine) -> list[object]:
    """What the database has otherwise than the code expects, but for the index of words."""

    def is_ours(_object: object, name: str, kind: str, *_: object) -> bool:
        return not (kind == "table" and name.startswith("run_words"))

    with database.connect() as db:
        context = MigrationContext.configure(db, opts={"include_object": is_ours})
        return compare_metadata(context, schema_history.run_index.metadata)


def test_the_migrations_make_the_schema_that_the_code_expects(database: sa.Engine):
    assert differences(database) == []


def test_every_table_is_strict_and_checks_its_words(database: sa.Engine):
    with database.connect() as db:
        tables = db.exec_driver_sql("SELECT name, strict FROM pragma_table_list").all()
    strict = {name: bool(flag) for name, flag in tables}

    assert all(strict[name] for name in schema_history.run_index.metadata.tables)
    with pytest.raises(sa.exc.IntegrityError, match="ck_run_state"), writing(database) as db:
        db.exec_driver_sql(
            "INSERT INTO run (id, origin, model_id, created_by, click_token, state, prompt, input,"
            " request_body, request_sha256, estimate_micros, price_version, created_at)"
            " VALUES ('1','o','m','me','t','invented','p','{}',x'','', 1, 'v', 1)"
        )


def test_the_newest_version_is_known_without_loading_the_migrations(database: sa.Engine):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert newest_version() == ScriptDirectory.from_config(config).get_current_head()
    assert version_of(database) == newest_version()


def test_migrating_twice_changes_nothing(database: sa.Engine):
    migrate(database)
    assert differences(database) == []


def test_several_processes_may_open_a_new_folder_at_once(tmp_path: Path):
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_MIGRATE, tmp_path], cwd=ROOT)
        for _ in range(3)
    ]

    assert [process.wait() for process in processes] == [0, 0, 0]


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path):
    path = tmp_path / "plantain.db"
    path.write_bytes(b"holiday pictures" * 100)
    engine = open_database(path)

    with pytest.raises(DatabaseUnusable, match=r"plantain\.db cannot be used"):
        migrate(engine)

    engine.dispose()
    assert path.read_bytes() == b"holiday pictures" * 100


def test_reads_and_writes_of_one_transaction_are_not_overtaken(database: sa.Engine):
    with writing(database) as db:
        db.exec_driver_sql("CREATE TABLE counter (n INTEGER)")
        db.exec_driver_sql("INSERT INTO counter VALUES (0)")

    def count_up() -> None:
        for _ in range(25):
            with writing(database) as db:
                n = db.exec_driver_sql("SELECT n FROM counter").scalar_one()
                db.exec_driver_sql("UPDATE counter SET n = ?", (n + 1,))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.connect() as db:
        assert db.exec_driver_sql("SELECT n FROM counter").scalar() == 100


def test_a_database_of_a_newer_plantain_is_refused(database: sa.Engine):
    with writing(database) as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseUnusable, match="newer Plantain"):
        migrate(database)


def test_connections_that_open_a_new_file_at_the_same_moment_wait_for_each_other(tmp_path: Path):
    at_once = threading.Barrier(4, timeout=60)

    def open_each(_: int) -> None:
        try:
            for number in range(150):  # about one in a hundred meets another
                at_once.wait()
                database = open_database(tmp_path / f"{number}.db")
                database.connect().close()
                database.dispose()
        except BaseException:
            at_once.abort()  # nobody waits for one that failed
            raise

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_each, range(4))) == [None] * 4

"""The inbox keeps each callback once, and of what was refused no more than can be looked through."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.domain.callback import Proof, Received, Refusal
from lib.domain.clock import SystemClock
from lib.store.database import open_database, writing
from lib.store.inbox import HINTS_A_RUN, REFUSALS_KEPT, Inbox
from lib.store.installation_secrets import InstallationSecrets
from lib.store.migrate import MIGRATIONS, migrate


def received(name: str = "a", **changed: object) -> Received:
    one = Received(name * 64, 1_000, Proof.CURRENT_SECRET, "01-run", "r-1", "run.completed")
    return replace(one, **changed)


@pytest.fixture
def inbox(database: sa.Engine) -> Inbox:
    return Inbox(database, origin="sandbox")


def test_the_same_body_is_kept_once(inbox: Inbox):
    assert inbox.put(received())
    assert not inbox.put(received(received_at=2_000))

    assert inbox.recent(9) == [received()]


def test_a_callback_is_found_by_either_id_of_its_run(inbox: Inbox):
    inbox.put(received("a", remote_id=None))
    inbox.put(received("b", run_id=None, remote_id="r-2"))

    assert inbox.tells_of("01-run", None)
    assert inbox.tells_of("02-run", "r-2")
    assert not inbox.tells_of("02-run", "r-1")
    assert not inbox.tells_of("02-run", None)


def test_the_callbacks_of_another_api_are_not_ours(inbox: Inbox, database: sa.Engine):
    inbox.put(received())

    other = Inbox(database, origin="api.runflow.io")
    assert other.recent(9) == []
    assert not other.tells_of("01-run", "r-1")


def test_a_token_alone_fills_the_inbox_only_so_far(inbox: Inbox):
    for number in range(2 * HINTS_A_RUN):
        inbox.put(received(sha256=f"{number:064}", proof=Proof.TOKEN))

    assert len(inbox.recent(1_000)) == HINTS_A_RUN
    assert inbox.put(received("f"))


def test_what_is_old_is_forgotten(inbox: Inbox):
    inbox.put(received("a", received_at=1_000))
    inbox.put(received("b", received_at=2_000))

    inbox.forget_before(2_000)

    assert [kept.sha256[0] for kept in inbox.recent(9)] == ["b"]


def test_the_last_refusals_are_kept_and_all_are_counted(inbox: Inbox):
    for batch in range(3):
        refusals = [
            Refusal(batch * 1_000 + number, "too large", None, b"x") for number in range(70)
        ]
        inbox.put_refusals(refusals, {"too large": 69, "no signature": 1})

    assert len(inbox.refusals(1_000)) == REFUSALS_KEPT
    assert inbox.refusals(1)[0].at == 2_069
    counts = {count.reason: count.times for count in inbox.refusal_counts()}
    assert counts == {"too large": 207, "no signature": 3}


def test_a_proof_nobody_knows_is_no_proof(inbox: Inbox, database: sa.Engine):
    with pytest.raises(sa.exc.IntegrityError), database.begin() as db:
        db.exec_driver_sql(
            "INSERT INTO callback (sha256, origin, received_at, proof) VALUES ('a', 'o', 1, 'luck')"
        )


def test_a_secret_of_this_installation_is_made_once(database: sa.Engine):
    secrets = InstallationSecrets(database, SystemClock())

    made = secrets.find_or_make("token")

    assert len(made) == 64
    assert secrets.find_or_make("token") == made
    assert secrets.find_or_make("another") != made
    assert secrets.find("missing") is None


def test_kept_secrets_replace_each_other(database: sa.Engine):
    secrets = InstallationSecrets(database, SystemClock())
    secrets.keep(now="one", before=None)

    secrets.keep(now="two", before="one")

    assert (secrets.find("now"), secrets.find("before")) == ("two", "one")


def test_a_database_of_the_first_version_gets_the_inbox_and_keeps_its_runs(tmp_path: Path):
    engine = open_database(tmp_path / "plantain.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        db.exec_driver_sql("INSERT INTO draft VALUES ('d', '{}', 1)")

    migrate(engine)

    assert Inbox(engine, origin="o").put(received())
    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT id FROM draft").scalar() == "d"
    engine.dispose()

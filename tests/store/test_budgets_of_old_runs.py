"""A ledger that landed without sums of budgets and fingerprints gets both, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.domain.already_made import fingerprint_of
from lib.domain.budget import Scope
from lib.store.already_made import AlreadyMade
from lib.store.budgets import Budgets
from lib.store.catching_up import catch_up
from lib.store.database import open_database, writing
from lib.store.migrate import MIGRATIONS, migrate
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, put, put_pictures, run_row
from tests.store.held_runs import terms

TAG = 7
IN_DOUBT = {"cost_micros": None, "cost_basis": "in doubt"}
TODO = {"state": "queued", "cost_micros": None, "cost_basis": None, "settled_at": None}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database as it landed, with runs of two people under a tag and in a collection."""
    engine = open_database(tmp_path / "plantain.db")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0010")
    put(
        engine,
        run_row("01", cost_micros=80_000),
        run_row("02", cost_micros=120_001, created_by="grace"),
        run_row("03", state="parked", **IN_DOUBT),
        run_row("04", **TODO),
    )
    put_pictures(engine, "01", 1)
    with writing(engine) as db:
        labels = ("tag (id, name, created_at, created_by)", f"({TAG}, 'kites', 0, 'ada')")
        db.exec_driver_sql(f"INSERT INTO {labels[0]} VALUES {labels[1]}")
        db.exec_driver_sql(
            "INSERT INTO collection (id, name, sharing, created_at, created_by)"
            f" VALUES ({TAG}, 'Kites', 'team', 0, 'ada')"
        )
        for table in ("tag", "collection"):
            db.exec_driver_sql(
                f"INSERT INTO run_{table} SELECT {TAG}, no FROM run_index WHERE run_id != '01'"
            )
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("scope", "subject", "spent", "estimates"),
    [
        (Scope.TEAM, "", 200_001, 1),
        (Scope.PERSON, "grace", 120_001, 0),
        (Scope.TAG, str(TAG), 120_001, 1),
        (Scope.COLLECTION, str(TAG), 120_001, 1),
    ],
)
def test_its_budgets_hold_what_its_runs_did(
    old: sa.Engine, scope: Scope, subject: str, spent: int, estimates: int
) -> None:
    migrate(old)
    clock = SetClock()
    clock.wall_ms = NOON_MS
    budgets = Budgets(old, clock, origin="sandbox")
    budgets.make(terms(scope=scope, subject=subject), by="ada")

    (use,) = budgets.uses(budgets.in_force())

    with old.connect() as db:
        estimate = db.exec_driver_sql("SELECT estimate_micros FROM run WHERE id = '03'").scalar()
    held = estimates * int(estimate or 0)
    assert (use.spent_micros, use.held_micros, use.in_doubt_micros) == (spent, held, held)


def test_its_requests_are_known_once_it_has_caught_up(old: sa.Engine) -> None:
    migrate(old)
    catch_up(old)

    asked = run_row("01")
    found = fingerprint_of(asked["model_id"], asked["input"])
    already = AlreadyMade(old, SetClock(), origin="sandbox")

    assert already.find({found: 1})[found].run_id == "01"

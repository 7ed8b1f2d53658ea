"""A ledger from before there were lines: each of its runs gets them, and no money is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.run import OPEN, CostBasis, RunState
from lib.store import charges
from lib.store.database import open_database, writing
from lib.store.migrate import MIGRATIONS, migrate
from tests.store.balancing import assert_balanced, counted_micros
from tests.store.ended_runs import NOON_MS, put, put_pictures, run_row

IN_DOUBT = {"cost_micros": None, "cost_basis": "in doubt"}
UNKNOWN = {"cost_micros": None, "cost_basis": None}


def old_database(path: Path) -> sa.Engine:
    """A database as it was before there were lines."""
    engine = open_database(path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0006")
    return engine


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = old_database(tmp_path / "plantain.db")
    yield engine
    engine.dispose()


def lines(engine: sa.Engine, run_id: str) -> list[tuple[Any, ...]]:
    with engine.connect() as db:
        rows = db.exec_driver_sql(
            "SELECT sku, quantity, amount_micros, basis, outcome FROM charge_line"
            " WHERE run_id = ? ORDER BY seq",
            (run_id,),
        )
        return [tuple(row) for row in rows]


RUNS = {
    "stored": (run_row("stored"), 1),
    "partial": (run_row("partial", cost_micros=160_000, input={"num_images": 3}), 2),
    "add-ons": (
        run_row(
            "add-ons",
            cost_micros=137_000,
            input={"resolution": "2K", "enable_web_search": True, "thinking_level": "high"},
        ),
        1,
    ),
    "computed": (run_row("computed", cost_basis="computed"), 1),
    "dearer": (run_row("dearer", cost_micros=81_000), 1),
    "failed": (run_row("failed", state="failed", cost_micros=0, cost_basis="computed"), 0),
    "canceled": (run_row("canceled", state="canceled", **IN_DOUBT), 0),
    "canceled, paid": (run_row("canceled, paid", state="canceled", cost_micros=5), 0),
    "parked": (run_row("parked", state="parked", **IN_DOUBT), 0),
    "given up": (
        run_row("given up", state="parked", cost_basis="computed", decided_at=NOON_MS),
        0,
    ),
    "adopted": (
        run_row("adopted", adopted_at=NOON_MS, cost_micros=7, input={"resolution": ["1K"]}),
        1,
    ),
    "lost version": (run_row("lost version", price_version="of long ago"), 1),
    "queued": (run_row("queued", state="queued", **UNKNOWN), 0),
}
LINES = {
    "stored": [("image_1K", 1, 80_000, "confirmed", "stored")],
    "partial": [("image_1K", 2, 160_000, "confirmed", "stored")],
    "add-ons": [
        ("image_2K", 1, 120_000, "confirmed", "stored"),
        ("thinking_high", 1, 2_000, "confirmed", "stored"),
        ("web_search", 1, 15_000, "confirmed", "stored"),
    ],
    "computed": [("image_1K", 1, 80_000, "computed", "stored")],
    "dearer": [
        ("image_1K", 1, 80_000, "confirmed", "stored"),
        ("adjustment", 1, 1_000, "confirmed", "stored"),
    ],
    "failed": [],
    "canceled": [("image_1K", 1, 80_000, "in doubt", "canceled")],
    "canceled, paid": [("canceled_run", 1, 5, "confirmed", "canceled")],
    "parked": [("image_1K", 1, 80_000, "in doubt", "parked")],
    "given up": [("image_1K", 1, 80_000, "computed", "parked")],
    "adopted": [("unlisted", 1, 7, "confirmed", "stored")],
    "lost version": [("unlisted", 1, 80_000, "confirmed", "stored")],
    "queued": [],
}


def test_every_kind_of_run_gets_its_lines(old: sa.Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(charges, "AT_A_TIME", 3)
    for run_id, (row, pictures) in RUNS.items():
        put(old, row)
        put_pictures(old, run_id, pictures)

    migrate(old)

    assert {run_id: lines(old, run_id) for run_id in RUNS} == LINES
    assert counted_micros(old) == sum(
        row["cost_micros"] or 0 for row, _ in RUNS.values() if row["cost_basis"] != "in doubt"
    )
    assert_balanced(old)


def test_an_input_that_is_no_json_loses_no_money(old: sa.Engine):
    put(old, run_row("01"))
    with writing(old) as db:
        db.exec_driver_sql("UPDATE run SET input = '{torn'")

    migrate(old)

    assert lines(old, "01") == [("unlisted", 1, 80_000, "confirmed", "stored")]


A_RUN = st.fixed_dictionaries(
    {
        "state": st.sampled_from(RunState),
        "cost_basis": st.sampled_from([*CostBasis, None]),
        "cost_micros": st.sampled_from([0, 1, 80_000, 160_000]) | st.integers(0, 10**12),
        "estimate_micros": st.sampled_from([0, 80_000, 320_000]),
        "created_by": st.sampled_from(["local", "elsewhere"]),
        "adopted_at": st.sampled_from([None, NOON_MS]),
        "created_at": st.integers(0, 4 * 10**12),
        "input": st.dictionaries(
            st.sampled_from(["resolution", "num_images", "enable_web_search"]),
            st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["2K", "4K", "?"]),
        ),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=st.lists(st.tuples(A_RUN, st.integers(0, 5)), max_size=15))
def test_no_money_is_lost_whatever_the_ledger_holds(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[dict[str, Any], int]]
):
    engine = old_database(tmp_path_factory.mktemp("old") / "plantain.db")
    for number, (told, pictures) in enumerate(runs):
        values = dict(told)
        if values["state"] in OPEN:
            values |= {"cost_micros": None, "cost_basis": None, "adopted_at": None}
        elif values["cost_basis"] in (None, "in doubt"):
            values |= {"cost_micros": None}
        put(engine, run_row(f"{number:02}", **values))
        put_pictures(engine, f"{number:02}", pictures)

    migrate(engine)

    assert_balanced(engine)
    engine.dispose()

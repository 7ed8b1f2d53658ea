"""Runs put into the ledger as they are at their end, for tests of what is read from it."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lib.domain.experiment_progress import ExperimentState
from lib.domain.spend import Cut
from lib.store import schema, schema_experiments
from lib.store.charges import book_all
from lib.store.database import writing
from lib.store.migrations import charge_triggers

SLOT_MS = 15 * 60 * 1000
NOON_MS = 1_795_348_800_000
"""2026-11-22 12:00 UTC."""
EVER = Cut("sandbox", 0, 2**52 // SLOT_MS * SLOT_MS, ZoneInfo("UTC"))
"""All that the sandbox ever charged."""


def run_row(run_id: str, **values: Any) -> dict[str, Any]:
    """A row of the ledger: a run that was stored and cost eight cents, except as `values` say."""
    prompt = values.pop("prompt", "a kite")
    fields = {"prompt": prompt, "resolution": "1K", **values.pop("input", {})}
    return {
        "id": run_id,
        "origin": "sandbox",
        "model_id": "google/nano-banana-2",
        "created_by": "local",
        "click_token": run_id,
        "state": "stored",
        "prompt": prompt,
        "input": fields,
        "request_body": b"{}",
        "request_sha256": "0" * 64,
        "estimate_micros": 80_000,
        "price_version": "nano-banana-2/2026-04-13",
        "cost_micros": 80_000,
        "cost_basis": "confirmed",
        "created_at": NOON_MS,
        "deleted_at": None,
        **values,
    }


def put(database: sa.Engine, *rows: dict[str, Any]) -> None:
    """Write the rows."""
    with database.begin() as db:
        for row in rows:
            db.execute(schema.run.insert().values(**row))


def book(database: sa.Engine) -> None:
    """Write the charge lines of all that were put."""
    with writing(database) as db:
        book_all(db)


def forget_lines(database: sa.Engine) -> None:
    """Take the charge lines out, which nothing but a test may do."""
    with writing(database) as db:
        db.exec_driver_sql("DROP TRIGGER charge_line_is_kept")
        db.exec_driver_sql("DELETE FROM charge_line")
        db.exec_driver_sql("DELETE FROM charge_rollup")
        db.exec_driver_sql("DELETE FROM charge_day")
        again = [told for told in charge_triggers.STATEMENTS if "charge_line_is_kept" in told]
        db.exec_driver_sql(*again)


def put_pictures(database: sa.Engine, run_id: str, count: int) -> None:
    """Give a run this many pictures."""
    with database.begin() as db:
        for number in range(count):
            db.execute(
                schema.picture.insert().values(
                    run_id=run_id,
                    number=number,
                    sha256=f"{run_id}{number}".ljust(64, "0"),
                    size_bytes=1,
                    mime="image/png",
                    stored_at=NOON_MS,
                )
            )


def empty(database: sa.Engine) -> None:
    """Take everything out again, for the next example."""
    with database.begin() as db:
        db.execute(schema_experiments.experiment_run.delete())
        db.execute(schema_experiments.experiment.delete())
        db.execute(schema.picture.delete())
        db.execute(schema.run.delete())


def put_experiments(database: sa.Engine, **experiments: Iterable[str]) -> None:
    """Each experiment and the runs that it has made."""
    told = {"origin": "sandbox", "name": "", "model_id": "m", "created_by": "ana", "design": {}}
    at = {"created_at": NOON_MS, "state_at": NOON_MS, "state": ExperimentState.GOING}
    with writing(database) as db:
        for name, run_ids in experiments.items():
            db.execute(
                schema_experiments.experiment.insert().values(
                    id=name, click_token=name, **told, **at
                )
            )
            for run_id in run_ids:
                made = {"run_id": run_id, "experiment_id": name, "key": run_id, "attempt": 1}
                db.execute(schema_experiments.experiment_run.insert().values(**made))

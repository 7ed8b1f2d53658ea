"""A real database file for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.store.database import open_database
from lib.store.entries import NewRun
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(tmp_path / "plantain.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(database: sa.Engine) -> Ledger:
    return Ledger(database, SystemClock())


@pytest.fixture
def records(database: sa.Engine) -> Records:
    return Records(database)


def a_run(run_id: str = "01", *, token: str | None = None, prompt: str = "a kite") -> NewRun:
    return NewRun(
        id=run_id,
        origin="sandbox",
        model_id="google/nano-banana-2",
        created_by="local",
        click_token=token or run_id,
        input={"prompt": prompt, "resolution": "1K"},
        request_body=b"{}",
        request_sha256="0" * 64,
        estimate_micros=80_000,
        price_version="nano-banana-2/2026-04-13",
    )


def unqueued(_db: sa.Connection, _run_id: str) -> None:
    """An engine's queue that nothing comes out of."""

"""Data folders as Plantain leaves them, with runs and their pictures, made without an API."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from PIL import Image

from lib.domain.clock import SystemClock
from lib.domain.run import Picture, RunState
from lib.images.originals import FolderOriginals
from lib.settings import Settings
from lib.store.database import open_database
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records
from tests.store.conftest import a_run, unqueued


def settings_of(folder: Path) -> Settings:
    return Settings(runflow_api_key=None, plantain_data_dir=folder)


def picture_of(run_id: str) -> bytes:
    """A picture of its own for each run."""
    file = BytesIO()
    colour = tuple(run_id.encode()[-3:].rjust(3, b"\0"))
    Image.new("RGB", (8, 6), colour).save(file, "PNG")
    return file.getvalue()


@contextmanager
def opened(folder: Path) -> Iterator[sa.Engine]:
    database = open_database(folder / "plantain.db")
    migrate(database)
    yield database
    database.dispose()


def add_stored_runs(folder: Path, *run_ids: str) -> None:
    """Runs that have ended well, each with a picture of its own on disk."""
    originals = FolderOriginals(folder / "pictures")
    with opened(folder) as database:
        ledger = Ledger(database, SystemClock())
        for run_id in run_ids:
            kept = originals.put(picture_of(run_id))
            ledger.add(a_run(run_id), unqueued)
            ledger.intend(run_id, quiet_ms=1)
            ledger.accept(run_id, f"remote-{run_id}", status="running")
            picture = Picture(0, kept.sha256, kept.size_bytes, "image/png", 8, 6)
            ledger.finish(run_id, RunState.STORED, pictures=[picture], cost_micros=80_000)


def add_queued_run(folder: Path, run_id: str) -> None:
    with opened(folder) as database:
        Ledger(database, SystemClock()).add(a_run(run_id), unqueued)


def runs_of(folder: Path) -> dict[str, RunState]:
    """Every run of a folder's ledger, and its state. Each picture of it is checked."""
    originals = FolderOriginals(folder / "pictures")
    with opened(folder) as database:
        runs = Records(database).recent(origin="sandbox", limit=1000)
    for run in runs:
        for picture in run.pictures:
            originals.verify(picture.sha256)
    return {run.id: run.state for run in runs}


def pictures_of(folder: Path) -> set[Path]:
    """The files of a folder's pictures, relative to it."""
    return {file.relative_to(folder) for file in (folder / "pictures").glob("??/*")}

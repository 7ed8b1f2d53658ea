"""What a backup costs those who work meanwhile: the waits of a writer during one, against none."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lib.domain.clock import SystemClock
from lib.images.originals import FolderOriginals
from lib.store import schema
from lib.store.database import open_database
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.plantain_server import ROOT
from tests.store.conftest import a_run, unqueued
from tests.store.ended_runs import run_row

RUNS = 100_000
PICTURES = 200
PICTURE_BYTES = 1_500_000
PAUSE_S = (0.005, 0.025)
QUIET_S = 8.0
AT_A_TIME = 2_000


def measure(site: Site) -> Findings:
    """Write into a ledger of some size, first alone and then while `make backup` copies it."""
    folder = site.new_folder("data")
    fill(folder, site.pick(RUNS, 100), site.pick(PICTURES, 4))
    database = open_database(folder / "plantain.db")
    ledger = Ledger(database, SystemClock())
    alone = written_ms(ledger, "alone", until_s(site.pick(QUIET_S, 0.2)))
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.backup", "--quiet", "--to", str(site.new_folder("backup"))],
        cwd=ROOT,
        env={**os.environ, "PLANTAIN_DATA_DIR": str(folder)},
    ) as backup:
        meanwhile = written_ms(ledger, "meanwhile", lambda: backup.poll() is not None)
    took_s = time.perf_counter() - begun
    assert backup.returncode == 0, "the backup failed"
    database.dispose()
    return Findings(
        (
            Row("write into the ledger during a backup", Series(meanwhile), beside(alone)),
            Row(
                "the longest of these writes",
                Series([max(meanwhile)]),
                beside([max(alone)]),
                Aim(1000),
            ),
            Row("the backup itself, from the command to its end", Series([took_s], unit="s")),
        ),
        (f"The backup copied {size_mb(folder):,.0f} MB: {RUNS:,} runs, {PICTURES:,} pictures.",)
        if not site.quick
        else (),
    )


def beside(values: list[float]) -> Series:
    return Series(values, whose="no backup")


def until_s(seconds: float) -> Callable[[], bool]:
    """Whether so much time has passed since this call."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def written_ms(ledger: Ledger, name: str, is_over: Callable[[], bool]) -> list[float]:
    """How long each of many short writes takes, one after the other."""
    took: list[float] = []
    while not is_over() or not took:
        time.sleep(random.uniform(*PAUSE_S))
        begun = time.perf_counter()
        ledger.add(a_run(f"{name} {len(took)}"), unqueued)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def fill(folder: Path, runs: int, pictures: int) -> None:
    """A data folder with so many runs, the first of which have a picture each."""
    database = open_database(folder / "plantain.db")
    migrate(database)
    for first in range(0, runs, AT_A_TIME):
        rows = [run_row(f"{number:08d}") for number in range(first, min(runs, first + AT_A_TIME))]
        with database.begin() as db:
            db.execute(schema.run.insert(), rows)
    with database.begin() as db:
        db.execute(schema.picture.insert(), [picture_row(folder, n) for n in range(pictures)])
    database.dispose()


def picture_row(folder: Path, number: int) -> dict[str, object]:
    """Bytes of a picture's size on disk, and their row."""
    kept = FolderOriginals(folder / "pictures").put(random.randbytes(PICTURE_BYTES))
    return {
        "run_id": f"{number:08d}",
        "number": 0,
        "sha256": kept.sha256,
        "size_bytes": kept.size_bytes,
        "mime": "image/png",
        "stored_at": 0,
    }


def size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6

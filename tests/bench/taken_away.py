"""One file of a history, made to its end: how long it took, and how much the process grew.

`python -m tests.bench.taken_away FOLDER FORM`; `naive-csv` and `naive-parquet` are what a notebook
does: the whole table by `read_sql`, and one call to write it.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow.parquet  # noqa: F401  (what is loaded before does not count as growth)
import sqlalchemy as sa
import xlsxwriter  # noqa: F401

from lib.domain.clock import SystemClock
from lib.domain.history_query import HistoryQuery
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.services.history_search import HistorySearch
from lib.services.pictures import PictureService
from lib.services.taking_away.line_files import LineFiles
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.selection import Reader
from lib.services.taking_away.taking_away import TakingAway
from lib.store.closed_months import ClosedMonths
from lib.store.database import open_database
from lib.store.records import Records
from lib.store.tables_history import HistoryTables
from lib.store.taken_lines import TakenLines
from lib.store.taken_runs import TakenRuns
from tests.bench.synthetic_history import ORIGIN

VIEWER = "local"
FORMS = (Form.CSV, Form.PARQUET, Form.EXCEL, Form.ZIP)
NAIVE: dict[str, Callable[[pd.DataFrame, Path], object]] = {
    "naive-csv": lambda table, file: table.to_csv(file),
    "naive-parquet": lambda table, file: table.to_parquet(file),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.taken_away")
    parser.add_argument("folder", type=Path)
    parser.add_argument("form", choices=[*FORMS, *NAIVE])
    given = parser.parse_args(arguments)
    database = open_database(given.folder / "plantain.db")
    away = _away(given.folder, database)
    away.count(HistoryQuery(), viewer=VIEWER)
    file = given.folder / f"taken.{given.form}"
    forget_peak()
    before_mb, begun = peak_mb(), time.perf_counter()
    if given.form in NAIVE:
        _write_naively(database, given.form, file)
    else:
        _write(away, Form(given.form), file)
    took_s = time.perf_counter() - begun
    told = {
        "took_s": took_s,
        "grown_mb": peak_mb() - before_mb,
        "size_mb": file.stat().st_size / 1e6,
    }
    file.unlink()
    database.dispose()
    sys.stdout.write(json.dumps(told))
    return 0


def _write(away: TakingAway, form: Form, file: Path) -> None:
    found = away.fetch(away.order(form, HistoryQuery(), viewer=VIEWER))
    assert found is not None
    with file.open("wb") as whole:
        for part in found.data:
            whole.write(part)


def _write_naively(database: sa.Engine, form: str, file: Path) -> None:
    with database.connect() as db:
        table = pd.read_sql(sa.text("SELECT * FROM run"), db)
    NAIVE[form](table, file)


def _away(folder: Path, database: sa.Engine) -> TakingAway:
    tables = HistoryTables(database)
    search = HistorySearch(tables, origin=ORIGIN, zone=ZoneInfo("UTC"))
    originals = FolderOriginals(folder / "pictures")
    pictures = PictureService(
        Records(database), originals, FolderThumbnails(folder / "thumbnails", originals)
    )
    reader = Reader(TakenRuns(database, origin=ORIGIN), tables, search)
    months = ClosedMonths(database, SystemClock(), origin=ORIGIN)
    lines = LineFiles(
        TakenLines(database, origin=ORIGIN), months, origin=ORIGIN, is_play_money=True
    )
    return TakingAway(reader, lines, pictures, SystemClock(), origin=ORIGIN)


def forget_peak() -> None:
    """Have the most memory that was ever resident be what is resident now. Linux only."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """The most that was resident since. Linux only."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())

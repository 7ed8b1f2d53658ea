"""Taking a whole history away: how long each file takes, and that memory does not grow with it.

Beside it, in the same run, what a notebook does: `pandas.read_sql` of all runs, and `to_csv`. Each
file is made in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from lib.services.taking_away.prepared import Form
from tests.bench import taken_away
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.history import history_of
from tests.bench.site import Site
from tests.plantain_server import ROOT

PICTURES_OF = 10_000
TABLE_OF = 100_000
QUICK = (60, 120)
TIMES = 3
GROWTH_MB = Aim(100)
"""A few batches, and what the writers keep: not a share of the history."""
NOTEBOOKS = {Form.CSV: "naive-csv", Form.PARQUET: "naive-parquet"}


def measure(site: Site) -> Findings:
    """The zip of ten thousand runs, and each table of a hundred thousand."""
    pictures, table = site.pick(PICTURES_OF, QUICK[0]), site.pick(TABLE_OF, QUICK[1])
    rows = _rows(site, Form.ZIP, pictures)
    for form in (Form.CSV, Form.PARQUET, Form.EXCEL):
        rows += _rows(site, form, table)
    return Findings(tuple(rows), (NOTE,))


NOTE = (
    "A notebook writes the ledger's own columns; Plantain's tables also have tags, notes and "
    "pictures of each run, dollars and UTC times, and no cell of them runs as a formula."
)


def _rows(site: Site, form: Form, size: int) -> list[Row]:
    folder, times = history_of(site, size), site.pick(TIMES, 1)
    ours = [_made(folder, form) for _ in range(times)]
    theirs = [_made(folder, NOTEBOOKS[form]) for _ in range(times if form in NOTEBOOKS else 0)]
    what = f"{size:,} runs as .{form}, {ours[0]['size_mb']:.0f} MB"
    return [
        Row(what, _series(ours, "took_s", "s"), _series(theirs, "took_s", "s")),
        Row(
            f"{size:,} runs as .{form}: growth of the process",
            _series(ours, "grown_mb", "MB"),
            _series(theirs, "grown_mb", "MB"),
            GROWTH_MB,
        ),
    ]


def _series(told: list[dict[str, float]], name: str, unit: str) -> Series | None:
    whose = "pandas.read_sql, and written"
    return Series([one[name] for one in told], unit, whose) if told else None


def _made(folder: Path, form: str) -> dict[str, float]:
    command = [sys.executable, "-m", taken_away.__name__, f"{folder}", form]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{form} failed: {ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout)
    return found

"""The grid of a large experiment as pictures: how long it takes, and what memory it needs.

Beside it, in the same run, what a script does: one canvas for all, and one call to save it. Both
paste the same thumbnails, each in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench import drawn_sheets
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.plantain_server import ROOT

CELLS = 1_000
QUICK = 12
TIMES = 3
GROWTH_MB = Aim(200)
"""A sheet of 48 MB while it is drawn, and its file: not a share of the grid."""


def measure(site: Site) -> Findings:
    """A thousand cells as PNG, at 256 and 512 pixels a picture."""
    folder, cells = site.new_folder("sheets"), site.pick(CELLS, QUICK)
    folder.mkdir()
    _told(folder, "make", str(cells))
    rows = []
    for px in site.pick((256, 512), (256,)):
        rows += _rows(folder, cells, px, site.pick(TIMES, 1))
    return Findings(tuple(rows), (NOTE,))


NOTE = "One canvas for all has no heads, captions or words, and above 1 GB many programs cannot open it."


def _rows(folder: Path, cells: int, px: int, times: int) -> list[Row]:
    ours = [_told(folder, "ours", str(px)) for _ in range(times)]
    theirs = [_told(folder, "one-canvas", str(px)) for _ in range(times)]
    what = f"{cells:,} cells of {px} px as PNG"
    return [
        Row(
            f"{what}, {ours[0]['sheets']:.0f} sheets",
            _series(ours, "took_s", "s"),
            _series(theirs, "took_s", "s"),
        ),
        Row(
            f"{what}: growth of the process",
            _series(ours, "grown_mb", "MB"),
            _series(theirs, "grown_mb", "MB"),
            GROWTH_MB,
        ),
    ]


def _series(told: list[dict[str, float]], name: str, unit: str) -> Series:
    return Series([one[name] for one in told], unit, "one Pillow canvas for all")


def _told(folder: Path, *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", drawn_sheets.__name__, str(folder), *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{arguments} failed: {ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout)
    return found

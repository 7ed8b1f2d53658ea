"""One drawing of a grid, made to its end: how long it took, and how much the process grew.

`python -m tests.bench.drawn_sheets FOLDER make CELLS` puts an experiment there; `… ours PX` draws
it as Plantain does, `… one-canvas PX` as a script does.
"""

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from PIL import Image

from lib.domain.experiment_layout import laid_out, usual
from lib.services.taking_away.of_experiments.asked import PictureSize
from lib.services.taking_away.prepared import Form
from tests.bench.taken_away import forget_peak, peak_mb
from tests.domain.designs import grid
from tests.images.pictures import noise, saved
from tests.services.taking_cells import ID, CellTakings, open_cell_takings

ACROSS = 20
SIDE_PX = 512
PICTURES = 20


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drawn_sheets")
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("make", "ours", "one-canvas"))
    parser.add_argument("number", type=int)
    given = parser.parse_args(arguments)
    cells = open_cell_takings(given.folder)
    if given.what == "make":
        told = _make(cells, given.number)
    else:
        told = _measured(cells, given.folder, given.what, given.number)
    cells.takings.database.dispose()
    sys.stdout.write(json.dumps(told))
    return 0


def _make(cells: CellTakings, number: int) -> dict[str, float]:
    """Pictures that are smooth, as pictures are, and no two of the first twenty the same."""
    rough = noise(32, 32 * PICTURES)
    painted = [
        saved(
            rough.crop((0, 32 * nth, 32, 32 * nth + 32)).resize((SIDE_PX, SIDE_PX)),
            "JPEG",
            quality=90,
        )
        for nth in range(PICTURES)
    ]
    turns = cycle(painted)
    cells.put(_design(number), paint=lambda _cell: [next(turns)])
    for cell in cells.files()._reader.records.cells(ID):
        assert cells.takings.pictures.thumbnail(str(cell.sha256))
    return {"cells": number}


def _design(number: int):  # type: ignore[no-untyped-def]
    return grid(seed=list(range(-(-number // ACROSS))), animal=[f"a{nth}" for nth in range(ACROSS)])


def _measured(cells: CellTakings, folder: Path, what: str, px: int) -> dict[str, float]:
    found = cells.files()._reader.of(ID)
    assert found is not None
    file = folder / f"{what}.out"
    draw = _ours if what == "ours" else _one_canvas
    forget_peak()
    before_mb, begun = peak_mb(), time.perf_counter()
    sheets = draw(cells, file, px)
    return {
        "took_s": time.perf_counter() - begun,
        "grown_mb": peak_mb() - before_mb,
        "sheets": sheets,
    }


def _ours(cells: CellTakings, file: Path, px: int) -> int:
    size = next(size for size in PictureSize if size.px == px)
    design = cells.files()._reader.of(ID).experiment.design  # type: ignore[union-attr]
    with file.open("wb") as whole:
        for part in cells.fetch(Form.PNG, design, size=size).data:
            whole.write(part)
    if not zipfile.is_zipfile(file):
        return 1
    with zipfile.ZipFile(file) as zipped:
        return sum(name.startswith("sheet-") for name in zipped.namelist())


def _one_canvas(cells: CellTakings, file: Path, px: int) -> int:
    taken = cells.files()._reader.of(ID)
    assert taken is not None
    design = taken.experiment.design
    (page,) = laid_out(usual(design), design, taken.cells)
    canvas = Image.new("RGB", (len(page.columns) * px, len(page.rows) * px), "white")
    for down, row in enumerate(page.rows):
        for across, column in enumerate(page.columns):
            (cell,) = page.at(row, column)
            small = cells.takings.pictures.thumbnail(str(cell.sha256))
            assert small is not None
            with Image.open(small) as picture:
                picture.thumbnail((px, px))
                canvas.paste(picture, (across * px, down * px))
    canvas.save(file, "PNG", compress_level=3)
    return 1


if __name__ == "__main__":
    sys.exit(main())

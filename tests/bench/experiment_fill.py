"""An experiment for the bench: a thousand cells that have come to their end, each with a picture.

Its cells are put down as by a click on Start, and given runs of a synthetic history, one each, as
if these had been made for them. Each has a picture of its own, as large as that of a tile: of one
that all share, a browser loads one.
"""

import hashlib
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from math import prod
from pathlib import Path

from PIL import Image

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.clock import SystemClock
from lib.domain.experiment import Design
from lib.domain.experiment_axes import Listed, Range
from lib.domain.experiment_check import checked_cells
from lib.domain.experiment_tree import tree_of
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails
from lib.store.experiment_entries import NewExperiment, Priced
from lib.store.experiments import Experiments
from tests.bench.synthetic_history import ORIGIN, fill

Shape = tuple[int, int, int]
"""How many animals, styles and seeds."""
ID = "01a2-bench"
PRICE = 80_000
SIDE = 512
SPARE = 6
"""So many runs for each cell: not each has ended with one picture."""
LEAST = 120
ENDED = """
    SELECT id FROM run WHERE state = 'stored' AND deleted_at IS NULL
    AND (SELECT count(*) FROM picture WHERE run_id = id) = 1 ORDER BY id DESC LIMIT ?
"""


def fill_experiment(folder: Path, shape: Shape) -> str:
    """Make a data folder with an experiment of this shape in it; its id."""
    cells = prod(shape)
    database = fill(folder, max(LEAST, SPARE * cells))
    try:
        experiments = Experiments(database, SystemClock(), origin=ORIGIN, zone="UTC")
        experiments.start(_experiment(shape))
    finally:
        database.dispose()
    with closing(sqlite3.connect(folder / "plantain.db")) as raw:
        runs = [row[0] for row in raw.execute(ENDED, (cells,))]
        assert len(runs) == cells, f"only {len(runs)} runs have a picture"
        _give_runs(raw, runs)
        _give_pictures(raw, folder, runs)
        raw.commit()
    return ID


def _experiment(shape: Shape) -> NewExperiment:
    animals, styles, seeds = shape
    design = Design(
        model_id=DEFAULT_MODEL.id,
        base={"prompt": "a {animal} in {style}", "resolution": "1K"},
        axes=(
            Listed(("animal",), tuple((f"animal {nth}",) for nth in range(animals))),
            Listed(("style",), tuple((f"style {nth}",) for nth in range(styles))),
            Range("seed", 1, seeds),
        ),
        name="A thousand",
    )
    return NewExperiment(
        id=ID,
        origin=ORIGIN,
        name=design.name,
        model_id=design.model_id,
        created_by="local",
        click_token=ID,
        design=tree_of(design),
        cells=[Priced(cell, PRICE) for cell in checked_cells(design, DEFAULT_MODEL)],
    )


def _give_runs(raw: sqlite3.Connection, runs: Sequence[str]) -> None:
    for number, run_id in enumerate(runs, start=1):
        raw.execute(
            "UPDATE experiment_cell SET state = 'sent', run_id = ? WHERE number = ?",
            (run_id, number),
        )
    raw.execute(
        "INSERT INTO experiment_run (run_id, experiment_id, key, attempt)"
        " SELECT run_id, experiment_id, key, attempt FROM experiment_cell"
    )


def _give_pictures(raw: sqlite3.Connection, folder: Path, runs: Sequence[str]) -> None:
    originals = FolderOriginals(folder / "pictures")
    thumbnails = FolderThumbnails(folder / "thumbnails", originals)
    for number, run_id in enumerate(runs):
        data = _picture(number)
        sha256 = hashlib.sha256(data).hexdigest()
        originals.put(data)
        thumbnails.make(sha256, data)
        raw.execute("UPDATE picture SET sha256 = ? WHERE run_id = ?", (sha256, run_id))


def _picture(number: int) -> bytes:
    """A slope of a colour of its own."""
    slope = Image.linear_gradient("L").resize((SIDE, SIDE)).rotate(number % 360)
    image = Image.merge("RGB", (slope, slope.point(lambda v: v * (number % 97) // 97), slope))
    image.putpixel((0, 0), (number % 256, number // 256, 7))
    file = io.BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()

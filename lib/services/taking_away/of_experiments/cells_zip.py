"""
A zip of an experiment, made while it is sent: no more of it than a picture is ever in memory.

`pictures/…` are downloads with the record inside, in folders by their values; `design.yaml` makes
the same cells again; `report.html` shows it all without a server; `manifest.json` and
`manifest.csv` have every cell, also those without a picture. What says what is in the zip is
written last: a zip that was broken off has none.
"""

from collections.abc import Callable, Iterator, Sequence
from zipfile import ZipFile

from lib.domain.experiment_layout import Layout
from lib.services.experiments import yaml_text
from lib.services.pictures import PictureService
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.manifest import Filed
from lib.services.taking_away.manifest_files import ManifestFiles
from lib.services.taking_away.of_experiments import cells_manifest
from lib.services.taking_away.of_experiments.cell_columns import table_of_cells
from lib.services.taking_away.of_experiments.cell_names import CellNames
from lib.services.taking_away.of_experiments.report import REPORT, Report
from lib.services.taking_away.of_experiments.taken_cells import CellReader, Taken
from lib.services.taking_away.sink import Sink
from lib.services.taking_away.zip_of_pictures import ZipOfPictures


def write(
    taken: Taken,
    reader: CellReader,
    pictures: PictureService,
    layout: Layout,
    *,
    made_at: int,
    on_cell: Callable[[], None] = lambda: None,
    on_download: Callable[[Sequence[str]], None] = lambda run_ids: None,
) -> Iterator[bytes]:
    """The file, a picture at a time. `made_at`: ms UTC. `on_cell` is called after each cell.

    `on_download` is told of the runs whose pictures went out, when more is asked for.
    """
    sink, names = Sink(), CellNames(taken.experiment.design, taken.cells)
    files: dict[int, str] = {}
    head, columns = cells_manifest.head(taken, made_at), table_of_cells(taken).columns
    with ZipFile(sink, "w") as zipped, ManifestFiles(head, columns) as lists:
        archive = ZipOfPictures(zipped, pictures, iso(made_at))
        archive.add_text(cells_manifest.DESIGN, [yaml_text.write(taken.experiment.design).encode()])
        for rows in reader.batches(taken):
            for row in rows:
                filed: list[Filed] = []
                for picture in row.taken.pictures if row.taken else ():
                    name = names.of(row.cell, picture["number"], picture["mime"])
                    filed.append(archive.add_picture(name, str(row.cell.run_id), picture))
                    if filed[-1]["file"] and picture["sha256"] == row.cell.sha256:
                        files.setdefault(row.cell.number, name)
                    yield sink.take()
                lists.add(row, cells_manifest.entry(row, filed), filed)
                on_cell()
            yield sink.take()
            on_download([row.taken.id for row in rows if row.taken and row.taken.pictures])
        report = Report(taken, reader, pictures, layout, files=files)
        for _ in archive.adding_text(REPORT, report.written()):
            yield sink.take()
        for name, chunks in lists.files():
            archive.add_text(name, chunks)
            yield sink.take()
    yield sink.take()

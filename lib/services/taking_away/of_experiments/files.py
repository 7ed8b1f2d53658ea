"""Files of experiments: which one was asked for, what it is called, and its bytes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lib.domain.experiment_layout import Layout, visible
from lib.images.download_name import plain_words
from lib.services.pictures import PictureService
from lib.services.taking_away import csv_table, excel_table, parquet_table, zip_of_pictures
from lib.services.taking_away.lines import table_of_lines
from lib.services.taking_away.of_experiments import cells_zip, report
from lib.services.taking_away.of_experiments.asked import CellsOf, ChargesOf
from lib.services.taking_away.of_experiments.cell_columns import table_of_cells
from lib.services.taking_away.of_experiments.cell_sheets import (
    FORMATS,
    PDF_MIME,
    Sheets,
)
from lib.services.taking_away.of_experiments.drawing import Drawing, drawing_of
from lib.services.taking_away.of_experiments.report import Report
from lib.services.taking_away.of_experiments.taken_cells import CellReader, Taken
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.transfer import Transfer

_TABLES = {
    Form.CSV: csv_table,
    Form.PARQUET: parquet_table,
    Form.EXCEL: excel_table,
}


EXPERIMENT = "experiment"
"""What a file is called whose experiment has no name in Latin letters."""


@dataclass(frozen=True, slots=True)
class CellFile:
    """A file that can be made: its ending, its type, how many rows are in it, and how it is made."""

    words: str
    ending: str
    mime: str
    rows: int
    made: Callable[[Transfer], Iterator[bytes]]


class CellFiles:
    """Makes files of experiments, days in a `zone`.

    `on_download` is told of the runs whose pictures went out.
    """

    def __init__(
        self,
        reader: CellReader,
        pictures: PictureService,
        zone: ZoneInfo,
        *,
        on_download: Callable[[Sequence[str]], None] = lambda run_ids: None,
    ) -> None:
        self._reader = reader
        self._pictures = pictures
        self._zone = zone
        self._on_download = on_download

    def file(self, form: Form, asked: CellsOf | ChargesOf, *, made_at: int) -> CellFile | None:
        """What is asked for, as of now (`made_at`: ms UTC); None where there is no such experiment."""
        taken = self._reader.of(asked.experiment_id)
        if taken is None:
            return None
        if isinstance(asked, ChargesOf):
            return self._charges(form, taken)
        words = plain_words(taken.experiment.name) or EXPERIMENT
        cells = len(taken.cells)
        if form is Form.ZIP:
            made = self._zip(taken, asked.layout, made_at)
            return CellFile(words, "zip", zip_of_pictures.MIME, cells, made)
        if form is Form.HTML:
            return self._report(taken, asked.layout, words)
        if form in FORMATS or form is Form.PDF:
            return self._sheets(form, drawing_of(taken, asked), words, made_at)
        table = _TABLES[form]
        return CellFile(words, form, table.MIME, cells, self._table(form, taken))

    def _charges(self, form: Form, taken: Taken) -> CellFile:
        experiment, takings = taken.experiment, self._reader.takings

        def made(transfer: Transfer) -> Iterator[bytes]:
            batches = transfer.counting(takings.lines(experiment.id))
            yield from _TABLES[form].write(batches, table_of_lines(self._zone))

        words = f"{plain_words(experiment.name) or EXPERIMENT}-charge-lines"
        count = takings.count_lines(experiment.id)
        return CellFile(words, form, _TABLES[form].MIME, count, made)

    def _table(self, form: Form, taken: Taken) -> Callable[[Transfer], Iterator[bytes]]:
        def made(transfer: Transfer) -> Iterator[bytes]:
            batches = transfer.counting(self._reader.batches(taken))
            yield from _TABLES[form].write(batches, table_of_cells(taken))

        return made

    def _sheets(self, form: Form, drawing: Drawing, words: str, made_at: int) -> CellFile:
        """One picture or PDF; a zip where there are several, or words that cannot be drawn."""
        is_pdf = form is Form.PDF
        is_zip = drawing.needs_index or (len(drawing.sheets) > 1 and not is_pdf)

        def made(transfer: Transfer) -> Iterator[bytes]:
            sheets = Sheets(drawing, self._pictures, on_cell=transfer.count)
            match is_pdf, is_zip:
                case True, True:
                    yield from sheets.pdf_with_index(made_at)
                case True, False:
                    yield from sheets.pdf(made_at)
                case False, True:
                    yield from sheets.zipped(form, made_at)
                case _:
                    yield from sheets.one(form)

        alone = PDF_MIME if is_pdf else FORMATS[form][1]
        mime, ending = (zip_of_pictures.MIME, "zip") if is_zip else (alone, str(form))
        return CellFile(f"{words}-sheets" if is_zip else words, ending, mime, drawing.cells, made)

    def _report(self, taken: Taken, layout: Layout, words: str) -> CellFile:
        shown = len(visible(layout, taken.experiment.design, taken.cells))

        def made(transfer: Transfer) -> Iterator[bytes]:
            parts = (taken, self._reader, self._pictures, layout)
            yield from Report(*parts, on_cell=transfer.count).written()

        return CellFile(words, "html", report.MIME, shown, made)

    def _zip(
        self, taken: Taken, layout: Layout, made_at: int
    ) -> Callable[[Transfer], Iterator[bytes]]:
        def made(transfer: Transfer) -> Iterator[bytes]:
            yield from cells_zip.write(
                taken,
                self._reader,
                self._pictures,
                layout,
                made_at=made_at,
                on_cell=transfer.count,
                on_download=self._on_download,
            )

        return made
